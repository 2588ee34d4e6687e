// SPDX-License-Identifier: MIT
//
// The code ranges of the next allocator's `operator new` family. They call malloc, so they stand at
// the top of a captured stack, but an allocator entry point is never a frame.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tracemalloc::preload {

class EntryPoints {
public:
    /// Ranges beyond the capacity are not known, which only leaves a frame too many.
    void add(std::uintptr_t start, std::size_t bytes) noexcept {
        const std::size_t at = count_.load(std::memory_order_relaxed);
        if (at < kCapacity && bytes != 0) {
            ranges_[at] = {start, start + bytes};
            count_.store(at + 1, std::memory_order_release);
        }
    }
    /// For a return address, hence the end is inside and the start is not.
    [[nodiscard]] bool contain(std::uintptr_t pc) const noexcept {
        const std::size_t count = count_.load(std::memory_order_acquire);
        for (std::size_t at = 0; at < count; ++at) {
            if (pc > ranges_[at].start && pc <= ranges_[at].end) {
                return true;
            }
        }
        return false;
    }

private:
    static constexpr std::size_t kCapacity = 64;
    struct Range {
        std::uintptr_t start;
        std::uintptr_t end;
    };
    Range ranges_[kCapacity] = {};
    std::atomic<std::size_t> count_{0};
};

extern EntryPoints g_entry_points;

}  // namespace tracemalloc::preload
