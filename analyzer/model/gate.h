// SPDX-License-Identifier: MIT
//
// What a gate asked and what it found. A check that failed has the rows that are to blame.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

enum class GateKind { live_size, live_blocks, leak_size, growth, row_growth };

/// An amount, or a share of what was there before.
struct GateLimit {
    std::uint64_t amount = 0;
    double percent = 0;
    bool is_percent = false;
    std::string text;  ///< as it was given
};

struct GateCheck {
    GateKind kind = GateKind::live_size;
    GateLimit limit;
    std::int64_t found = 0;  ///< bytes or blocks; of row_growth the number of rows beyond the limit
    double error = 0;        ///< standard error of `found`; of row_growth and exact figures 0
    bool passed = true;
    bool in_doubt = false;  ///< passed, but only because what is too much may be chance
    /// Largest first. Differences are 0 where nothing was compared.
    std::vector<StatisticDiff> rows;
};

}  // namespace tracemalloc::analyze
