// SPDX-License-Identifier: MIT
//
// How often to sample so that recording stays within a share of the program's CPU time. It counts
// the cycles that recording took, as its threads measured them, and compares them with the CPU time
// that the process used meanwhile. Where that is too much the mean between two samples is doubled
// as often as needed; where it is far below, it is halved, down to recording every block.
#pragma once

#include <atomic>
#include <cstdint>

namespace tracemalloc::preload {

class SamplingBudget {
public:
    static constexpr double kShare = 0.01;  ///< of the CPU time
    static constexpr std::uint32_t kRecordsPerLook = 256;
    static constexpr std::uint64_t kLeastMeanBytes = 64;
    static constexpr std::uint64_t kMostMeanBytes = std::uint64_t{1} << 30;

    struct Clocks {
        std::uint64_t cycles = 0;
        std::int64_t wall_ns = 0;
        std::int64_t cpu_ns = 0;  ///< of all threads
    };
    static Clocks now() noexcept;

    /// From now on. Also in a fork child, whose CPU time begins anew.
    void begin() noexcept { last_ = now(); }

    /// A thread recorded `kRecordsPerLook` blocks in so many cycles. Returns the mean to go on
    /// with: `mean`, unless there is a reason to change it.
    std::uint64_t spend(std::uint64_t cycles, std::uint64_t mean, const Clocks& clocks) noexcept;

private:
    std::atomic<bool> is_looking_{false};
    std::uint64_t spent_cycles_ = 0;
    Clocks last_;
};

}  // namespace tracemalloc::preload
