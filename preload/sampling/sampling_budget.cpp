// SPDX-License-Identifier: MIT
#include "preload/sampling/sampling_budget.h"

#include <x86intrin.h>

#include <algorithm>

#include "preload/platform/clock.h"

namespace tracemalloc::preload {

SamplingBudget::Clocks SamplingBudget::now() noexcept {
    return {__rdtsc(), clock_ns(CLOCK_MONOTONIC), clock_ns(CLOCK_PROCESS_CPUTIME_ID)};
}

std::uint64_t SamplingBudget::spend(std::uint64_t cycles, std::uint64_t mean,
                                    const Clocks& clocks) noexcept {
    if (is_looking_.exchange(true, std::memory_order_acquire)) {
        return mean;  // another thread looks; what this one spent is a part of a part
    }
    spent_cycles_ += cycles;
    const auto passed_cycles = static_cast<double>(clocks.cycles - last_.cycles);
    const auto wall_ns =
        static_cast<double>(std::max<std::int64_t>(clocks.wall_ns - last_.wall_ns, 1));
    const auto cpu_ns =
        static_cast<double>(std::max<std::int64_t>(clocks.cpu_ns - last_.cpu_ns, 1));
    const double spent_ns =
        static_cast<double>(spent_cycles_) * wall_ns / std::max(passed_cycles, 1.0);
    const double share = spent_ns / cpu_ns;
    last_ = clocks;
    spent_cycles_ = 0;
    is_looking_.store(false, std::memory_order_release);

    if (share > kShare) {
        mean = std::max(mean, kLeastMeanBytes);
        for (double left = share; left > kShare && mean < kMostMeanBytes; left /= 2) {
            mean *= 2;
        }
    } else if (share < kShare / 4) {
        mean = mean > kLeastMeanBytes ? mean / 2 : 0;
    }
    return mean;
}

}  // namespace tracemalloc::preload
