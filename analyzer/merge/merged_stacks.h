// SPDX-License-Identifier: MIT
//
// The stacks of many processes as one: every stack once. Two are the same when their addresses, the
// way they end, their label and their sample rate are: blocks that a program told apart stay apart,
// and so do those that were drawn with different probabilities.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

class MergedStacks {
public:
    /// Indexes of the merged stacks, parallel to `raw.stacks`. `merged_addresses` is what
    /// MergedCode::add() returned for `raw`.
    std::vector<std::uint32_t> add(const RawSnapshot& raw,
                                   const std::vector<std::uint32_t>& merged_addresses);

    std::vector<RawStack> stacks;
    std::vector<std::uint32_t> addresses;  ///< RawSnapshot::stack_addresses
    std::vector<RawLabel> labels;
    std::vector<RawRate> rates;

private:
    std::unordered_map<std::string, std::uint32_t> by_identity_;
};

}  // namespace tracemalloc::analyze
