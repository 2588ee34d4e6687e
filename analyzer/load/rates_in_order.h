// SPDX-License-Identifier: MIT
//
// The sample rates of a dump's stacks, which are asked for in the order of the stacks.
#pragma once

#include <cstdint>
#include <span>

#include "analyzer/load/dump_view.h"

namespace tracemalloc::analyze {

class RatesInOrder {
public:
    explicit RatesInOrder(const DumpView& view) : rest_(view.sample_rates()) {}

    /// 0: not sampled.
    std::uint64_t of(std::uint64_t stack) {
        while (!rest_.empty() && rest_.front().stack < stack) {
            rest_ = rest_.subspan(1);
        }
        return !rest_.empty() && rest_.front().stack == stack ? rest_.front().mean_bytes : 0;
    }

private:
    std::span<const dump::StackRate> rest_;
};

}  // namespace tracemalloc::analyze
