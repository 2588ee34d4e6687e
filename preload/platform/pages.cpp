// SPDX-License-Identifier: MIT
#include "preload/platform/pages.h"

#include <sys/mman.h>

#include <atomic>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload::pages {

namespace {

constinit std::atomic<std::uint64_t> g_mapped_bytes{0};

/// What is ours. The kernel joins neighbouring mappings, ours and the program's, so its list does
/// not tell them apart. Filled from the front and without a lock: a signal handler maps memory too.
class OwnMappings {
public:
    void add(std::uintptr_t start, std::size_t bytes) noexcept {
        for (std::size_t at = 0; at < kMost; ++at) {
            std::uintptr_t nothing = 0;
            if (entries_[at].start.load(std::memory_order_relaxed) == 0 &&
                entries_[at].start.compare_exchange_strong(nothing, start)) {
                entries_[at].bytes.store(bytes);
                std::size_t end = end_.load();
                while (end <= at && !end_.compare_exchange_weak(end, at + 1)) {
                }
                return;
            }
        }
        is_overfull_.store(true);
    }
    void remove(std::uintptr_t start) noexcept {
        const std::size_t end = end_.load();
        for (std::size_t at = 0; at < end; ++at) {
            if (entries_[at].start.load(std::memory_order_relaxed) == start) {
                entries_[at].bytes.store(0);
                entries_[at].start.store(0);
                return;
            }
        }
    }
    bool get(std::size_t at, OwnMapping& mapping) const noexcept {
        if (at >= end_.load()) {
            return false;
        }
        mapping = {entries_[at].start.load(), entries_[at].bytes.load()};
        return true;
    }
    [[nodiscard]] bool are_known() const noexcept { return !is_overfull_.load(); }

private:
    static constexpr std::size_t kMost = std::size_t{1} << 15;

    struct Entry {
        std::atomic<std::uintptr_t> start;
        std::atomic<std::size_t> bytes;
    };
    std::atomic<std::size_t> end_{0};
    std::atomic<bool> is_overfull_{false};
    Entry entries_[kMost] = {};
};

constinit OwnMappings g_own;

void* map_anonymous(std::size_t bytes) noexcept {
    const long address = system_call(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (failed(address)) {
        return nullptr;
    }
    g_own.add(static_cast<std::uintptr_t>(address), bytes);
    return reinterpret_cast<void*>(address);
}

void unmap_anonymous(void* address, std::size_t bytes) noexcept {
    g_own.remove(reinterpret_cast<std::uintptr_t>(address));
    system_call(SYS_munmap, address, bytes);
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
    unmap_anonymous(address, round_up(bytes));
    g_mapped_bytes.fetch_sub(round_up(bytes), std::memory_order_relaxed);
}

void forget(void* address, std::size_t bytes) noexcept {
    system_call(SYS_madvise, address, round_up(bytes), MADV_DONTNEED);
    g_mapped_bytes.fetch_sub(round_up(bytes), std::memory_order_relaxed);
}

void count_touched(std::ptrdiff_t bytes) noexcept {
    g_mapped_bytes.fetch_add(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
}

void give_back(void* address, std::size_t bytes) noexcept {
    unmap_anonymous(address, round_up(bytes));
}

bool own_mapping(std::size_t index, OwnMapping& mapping) noexcept {
    return g_own.get(index, mapping);
}

bool own_mappings_are_known() noexcept {
    return g_own.are_known();
}

std::uint64_t mapped_bytes() noexcept {
    return g_mapped_bytes.load(std::memory_order_relaxed);
}

}  // namespace tracemalloc::preload::pages
