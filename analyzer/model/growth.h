// SPDX-License-Identifier: MIT
//
// Rows over a series of snapshots, ranked by how much they look like a leak; the formula is in
// query/growth.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

enum class Evidence {
    steady,   ///< grew in every step, evenly, and nothing says that its blocks do not stay
    growing,  ///< grew in every step, unevenly or by blocks that were replaced; or too few steps
    kept,     ///< grew unevenly, but blocks that were born in each step are still there
    uneven,   ///< larger at the end, but not grown in every step
};

struct GrowthRow {
    std::vector<FrameId> traceback;
    std::vector<Total> totals;  ///< one a snapshot
    std::size_t steps_grown = 0;
    double slope = 0;  ///< bytes a step
    bool has_interval = false;
    double low = 0;
    double high = 0;
    Evidence evidence = Evidence::uneven;
    /// Of the last snapshot, the blocks born in each step; empty where births are not known.
    std::vector<Total> survivors;

    /// Born between the first and the last but one snapshot, and still there in the last.
    [[nodiscard]] Total kept() const noexcept {
        Total sum;
        for (std::size_t step = 0; step + 1 < survivors.size(); ++step) {
            sum += survivors[step];
        }
        return sum;
    }
};

struct Growth {
    std::vector<GrowthRow> rows;  ///< in order of rank; only what is larger at the end
    std::size_t others = 0;       ///< rows that are not
    bool has_births = false;      ///< of three snapshots or more: rows tell what was kept
};

}  // namespace tracemalloc::analyze
