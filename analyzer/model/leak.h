// SPDX-License-Identifier: MIT
//
// Blocks of a snapshot that nothing in the process led to any more.
#pragma once

#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// Most recent frame first, as in Statistic.
struct LeakRow {
    std::vector<FrameId> traceback;
    Total direct;    ///< nothing points to them
    Total indirect;  ///< only unreachable blocks lead to them
};

/// Rows by their bytes, most first.
struct Leaks {
    std::vector<LeakRow> rows;
    Total direct;
    Total indirect;
    Total reachable;
};

}  // namespace tracemalloc::analyze
