// SPDX-License-Identifier: MIT
#include "preload/snapshot/memory_reader.h"

#include <fcntl.h>

#include <algorithm>

#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kFlagBytes = sizeof(std::uint64_t);
constexpr std::uint64_t kPresentOrSwapped = std::uint64_t{3} << 62;

long open_own(const char* path) noexcept {
    return restarting_system_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}

constexpr std::uintptr_t page_of(std::uintptr_t address) noexcept {
    return address & ~(pages::kPageBytes - 1);
}

}  // namespace

MemoryReader::~MemoryReader() {
    if (buffer_ != nullptr) {
        pages::unmap(buffer_, kBufferBytes);
    }
    if (page_flags_ != nullptr) {
        pages::unmap(page_flags_, kPageFlags * kFlagBytes);
    }
    for (const long file : {pagemap_, memory_}) {
        if (file >= 0) {
            system_call(SYS_close, file);
        }
    }
}

bool MemoryReader::prepare() noexcept {
    buffer_ = static_cast<unsigned char*>(pages::map(kBufferBytes));
    page_flags_ = static_cast<std::uint64_t*>(pages::map(kPageFlags * kFlagBytes));
    if (buffer_ == nullptr || page_flags_ == nullptr) {
        return false;
    }
    pagemap_ = open_own("/proc/thread-self/pagemap");
    pid_ = system_call(SYS_gettid);  // the main thread may have ended
    const iovec probe{&pid_, sizeof pid_};
    if (gather(&probe, 1) != sizeof pid_) {
        memory_ = open_own("/proc/thread-self/mem");
        return gather(&probe, 1) == sizeof pid_;
    }
    return true;
}

std::size_t MemoryReader::gather(const iovec* wanted, std::size_t count) noexcept {
    if (memory_ < 0) {
        const iovec local{buffer_, kBufferBytes};
        const long got = system_call(SYS_process_vm_readv, pid_, &local, 1, wanted, count, 0);
        return failed(got) ? 0 : static_cast<std::size_t>(got);
    }
    std::size_t filled = 0;
    for (std::size_t at = 0; at < count; ++at) {
        const long got = restarting_system_call(SYS_pread64, memory_, buffer_ + filled,
                                                wanted[at].iov_len, wanted[at].iov_base);
        filled += failed(got) ? 0 : static_cast<std::size_t>(got);
        if (got != static_cast<long>(wanted[at].iov_len)) {
            break;
        }
    }
    return filled;
}

bool MemoryReader::look_up_pages(std::uintptr_t start) noexcept {
    flags_start_ = page_of(start);
    const long got =
        restarting_system_call(SYS_pread64, pagemap_, page_flags_, kPageFlags * kFlagBytes,
                               flags_start_ / pages::kPageBytes * kFlagBytes);
    const std::size_t count = got > 0 ? static_cast<std::size_t>(got) / kFlagBytes : 0;
    flags_end_ = flags_start_ + count * pages::kPageBytes;
    return count != 0;
}

/// True also where the kernel does not say.
bool MemoryReader::is_written(std::uintptr_t address) noexcept {
    if (address < flags_start_ || address >= flags_end_) {
        if (pagemap_ < 0 || !look_up_pages(address)) {
            return true;
        }
    }
    return (page_flags_[(address - flags_start_) / pages::kPageBytes] & kPresentOrSwapped) != 0;
}

MemoryReader::Run MemoryReader::next_run(std::uintptr_t start, std::uintptr_t end) noexcept {
    while (start < end && !is_written(start)) {
        start = page_of(start) + pages::kPageBytes;
    }
    std::uintptr_t stop = start;
    while (stop < end && stop - start < kBufferBytes - pages::kPageBytes && is_written(stop)) {
        stop = page_of(stop) + pages::kPageBytes;
    }
    stop = std::min(stop, end);
    if (start >= stop) {
        return {start, 0, std::max(start, end)};
    }
    const iovec piece{reinterpret_cast<void*>(start), (stop - start) & ~std::size_t{7}};
    const std::size_t got = gather(&piece, 1) & ~std::size_t{7};
    // What could not be read ends at the next page.
    return {start, got, got == piece.iov_len ? stop : page_of(start + got) + pages::kPageBytes};
}

}  // namespace tracemalloc::preload
