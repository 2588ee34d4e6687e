// SPDX-License-Identifier: MIT
//
// What several snapshots hold, in order of time, by the same keys.
#pragma once

#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

struct TimelineSeries {
    FrameId key{};
    std::vector<Total> totals;  ///< one a snapshot
};

/// At every snapshot the series and the rest add up to its total, exactly.
struct Timeline {
    std::vector<TimelineSeries> series;  ///< by largest size, descending
    std::vector<Total> rest;             ///< what the series leave over, one a snapshot
    std::size_t rest_keys = 0;           ///< keys that the rest stands for
};

}  // namespace tracemalloc::analyze
