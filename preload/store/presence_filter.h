// SPDX-License-Identifier: MIT
//
// May an address be in a set? One count for all addresses that are the same modulo 512 KiB: where
// it is 0 none of them is, and nothing else needs to be looked at. Addresses near each other have
// counts near each other, so a look stays in the cache lines of the memory that it asks about.
//
// Memory: 16 KiB, of which pages are touched as the set grows.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

/// Anyone may ask at any time; who adds and removes holds the lock of the set.
class PresenceFilter {
public:
    [[nodiscard]] TM_INLINE bool may_hold(std::uintptr_t address) const noexcept {
        return counts_[index(address)].load(std::memory_order_relaxed) != 0;
    }
    void add(std::uintptr_t address) noexcept {
        std::atomic<std::uint8_t>& count = counts_[index(address)];
        if (const std::uint8_t now = count.load(std::memory_order_relaxed); now != kUncounted) {
            count.store(static_cast<std::uint8_t>(now + 1), std::memory_order_relaxed);
        }
    }
    void remove(std::uintptr_t address) noexcept {
        std::atomic<std::uint8_t>& count = counts_[index(address)];
        if (const std::uint8_t now = count.load(std::memory_order_relaxed); now != kUncounted) {
            count.store(static_cast<std::uint8_t>(now - 1), std::memory_order_relaxed);
        }
    }

private:
    static constexpr std::size_t kCounts = std::size_t{16} << 10;
    static constexpr std::uint8_t kUncounted = 255;  // so many that it stays

    static TM_INLINE std::size_t index(std::uintptr_t address) noexcept {
        return address >> 5 & (kCounts - 1);
    }

    std::atomic<std::uint8_t> counts_[kCounts] = {};
};

}  // namespace tracemalloc::preload
