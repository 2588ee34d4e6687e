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
    steady,   ///< grew in every step, and the whole interval is above zero
    growing,  ///< grew in every step, unevenly; or there are too few steps to tell
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
};

struct Growth {
    std::vector<GrowthRow> rows;  ///< in order of rank; only what is larger at the end
    std::size_t others = 0;       ///< rows that are not
};

}  // namespace tracemalloc::analyze
