// SPDX-License-Identifier: MIT
#include "preload/platform/pages.h"

#include <sys/mman.h>

#include <atomic>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload::pages {

namespace {

constinit std::atomic<std::uint64_t> g_mapped_bytes{0};

void* map_anonymous(std::size_t bytes) noexcept {
    const long address = system_call(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return failed(address) ? nullptr : reinterpret_cast<void*>(address);
}

}  // namespace

void* map(std::size_t bytes) noexcept {
    void* const address = map_anonymous(round_up(bytes));
    if (address != nullptr) {
        g_mapped_bytes.fetch_add(round_up(bytes), std::memory_order_relaxed);
    }
    return address;
}

void* reserve(std::size_t bytes) noexcept {
    void* const address = map_anonymous(round_up(bytes));
    if (address != nullptr) {
        system_call(SYS_madvise, address, round_up(bytes), MADV_NOHUGEPAGE);
    }
    return address;
}

void unmap(void* address, std::size_t bytes) noexcept {
    system_call(SYS_munmap, address, round_up(bytes));
    g_mapped_bytes.fetch_sub(round_up(bytes), std::memory_order_relaxed);
}

std::uint64_t mapped_bytes() noexcept {
    return g_mapped_bytes.load(std::memory_order_relaxed);
}

}  // namespace tracemalloc::preload::pages
