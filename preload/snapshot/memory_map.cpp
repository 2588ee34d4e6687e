// SPDX-License-Identifier: MIT
#include "preload/snapshot/memory_map.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <cstring>

#include "preload/platform/digit.h"
#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;

/// The kernel writes a newline in a path as \012, and nothing else in another way.
std::size_t undo_escapes(char* text, std::size_t length) noexcept {
    std::size_t out = 0;
    for (std::size_t at = 0; at < length; ++at) {
        if (length - at >= 4 && std::memcmp(text + at, "\\012", 4) == 0) {
            text[out++] = '\n';
            at += 3;
        } else {
            text[out++] = text[at];
        }
    }
    return out;
}

class FieldReader {
public:
    FieldReader(char* at, char* end) noexcept : at_(at), end_(end) {}

    std::uint64_t number(unsigned base) noexcept {
        std::uint64_t value = 0;
        for (; at_ < end_; ++at_) {
            const unsigned digit = digit_of(*at_);
            if (digit >= base) {
                break;
            }
            value = value * base + digit;
        }
        return value;
    }
    void skip(std::size_t letters) noexcept {
        at_ = static_cast<std::size_t>(end_ - at_) < letters ? end_ : at_ + letters;
    }
    void skip_spaces() noexcept {
        while (at_ < end_ && *at_ == ' ') {
            ++at_;
        }
    }
    void skip_word() noexcept {
        while (at_ < end_ && *at_ != ' ') {
            ++at_;
        }
        skip_spaces();
    }
    [[nodiscard]] char* position() const noexcept { return at_; }

private:
    char* at_;
    char* end_;
};

}  // namespace

MemoryMap::~MemoryMap() {
    if (text_ != nullptr) {
        pages::unmap(text_, capacity_);
    }
}

bool MemoryMap::grow() noexcept {
    const std::size_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
    auto* const text = static_cast<char*>(pages::map(capacity));
    if (text == nullptr) {
        return false;
    }
    if (text_ != nullptr) {
        std::memcpy(text, text_, length_);
        pages::unmap(text_, capacity_);
    }
    text_ = text;
    capacity_ = capacity;
    return true;
}

bool MemoryMap::read(const char* path) noexcept {
    const long file = restarting_system_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (failed(file)) {
        return false;
    }
    length_ = 0;
    at_ = 0;
    long got = 0;
    do {
        if (length_ == capacity_ && !grow()) {
            break;
        }
        got = restarting_system_call(SYS_read, file, text_ + length_, capacity_ - length_);
        length_ += got > 0 ? static_cast<std::size_t>(got) : 0;
    } while (got > 0);
    system_call(SYS_close, file);
    return got == 0;
}

// start-end perms offset major:minor inode    path
bool MemoryMap::next(Mapping& mapping) noexcept {
    if (at_ >= length_) {
        return false;
    }
    char* const line = text_ + at_;
    char* end = static_cast<char*>(std::memchr(line, '\n', length_ - at_));
    if (end == nullptr) {
        end = text_ + length_;
    }
    at_ = static_cast<std::size_t>(end - text_) + 1;

    FieldReader fields(line, end);
    mapping.start = fields.number(16);
    fields.skip(1);
    mapping.end = fields.number(16);
    fields.skip(1);
    const char* const permissions = fields.position();
    const bool has_permissions = end - permissions > 2;
    mapping.is_readable = has_permissions && permissions[0] == 'r';
    mapping.is_writable = has_permissions && permissions[1] == 'w';
    mapping.is_executable = has_permissions && permissions[2] == 'x';
    fields.skip_word();
    mapping.file_offset = fields.number(16);
    fields.skip_spaces();
    fields.skip_word();
    mapping.inode = fields.number(10);
    fields.skip_spaces();
    char* const path = fields.position();
    mapping.path = {path, undo_escapes(path, static_cast<std::size_t>(end - path))};
    return true;
}

bool read_own_memory(std::uintptr_t address, void* out, std::size_t bytes) noexcept {
    const iovec local{out, bytes};
    const iovec remote{reinterpret_cast<void*>(address), bytes};
    const long pid = system_call(SYS_gettid);  // the main thread may have ended
    long got = system_call(SYS_process_vm_readv, pid, &local, 1, &remote, 1, 0);
    if (got == -EPERM || got == -ENOSYS) {
        // A sandbox forbids it. The file is read through the same checks.
        const long file = restarting_system_call(SYS_openat, AT_FDCWD, "/proc/thread-self/mem",
                                                 O_RDONLY | O_CLOEXEC, 0);
        if (failed(file)) {
            return false;
        }
        got = restarting_system_call(SYS_pread64, file, out, bytes, address);
        system_call(SYS_close, file);
    }
    return got == static_cast<long>(bytes);
}

}  // namespace tracemalloc::preload
