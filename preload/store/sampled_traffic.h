// SPDX-License-Identifier: MIT
//
// The traffic of a process that samples: how many samples there were of each stack and size since
// recording began, freed or not. Sizes are kept apart because what a sample stands for depends on
// its size. Samples are rare, so one lock and one open-addressing array do.
//
// Memory: 64 to 128 bytes for each different pair of stack and size.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/platform/spin_lock.h"
#include "preload/store/growing_array.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

class SampledTraffic {
public:
    struct Samples {
        std::uint64_t size = 0;  ///< of each block
        std::uint64_t count = 0;
        std::uint64_t temporary_count = 0;
        StackId stack = StackId::none;
    };

    // In a hook. False when there is no memory, or there are too many different pairs.
    bool on_allocate(StackId stack, std::uint64_t size) noexcept;
    void on_free_of_temporary(StackId stack, std::uint64_t size) noexcept;
    /// It was no sample.
    void take_back(StackId stack, std::uint64_t size) noexcept;

    /// Different pairs there ever were.
    [[nodiscard]] std::size_t size() const noexcept {
        return used_.load(std::memory_order_relaxed);
    }
    /// In no order. Holds the lock.
    template <typename Visit>
    void for_each(Visit visit) const noexcept {
        const SpinGuard guard(lock_);
        for (const Samples& samples : pairs_) {
            if (samples.count != 0) {
                visit(samples);
            }
        }
    }
    /// While frozen.
    void clear() noexcept;
    [[nodiscard]] SpinLock& lock() const noexcept { return lock_; }

private:
    static constexpr std::size_t kFirstEntries = 256;
    static constexpr std::size_t kMostEntries = std::size_t{1} << 22;

    /// The entry of the pair, or the empty one where it would stand: it is at most half full.
    static Samples& place(const GrowingArray<Samples>& pairs, StackId stack,
                          std::uint64_t size) noexcept;
    Samples* find_or_add(StackId stack, std::uint64_t size) noexcept;
    bool grow() noexcept;

    GrowingArray<Samples> pairs_;
    std::atomic<std::size_t> used_{0};
    mutable SpinLock lock_;
};

}  // namespace tracemalloc::preload
