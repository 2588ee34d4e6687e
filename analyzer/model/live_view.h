// SPDX-License-Identifier: MIT
//
// One look at a process that is being watched, beside what it was when watching began or a mark was
// set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

enum class LiveOrder { size, growth, blocks };

struct LiveView {
    SnapshotInfo info;
    Total total;  ///< of the traces that filters let through
    Comparison change;
    bool since_mark = false;             ///< otherwise since watching began
    std::uint64_t compared_ns = 0;       ///< how long ago that was
    double bytes_per_second = 0;         ///< since the look before
    std::vector<std::uint64_t> history;  ///< live bytes, oldest first, the last is now
    LiveOrder order = LiveOrder::size;
    GroupBy group_by = GroupBy::lineno;
    bool paused = false;
    double interval_s = 2;
    std::string note;  ///< why the figures may be old
};

}  // namespace tracemalloc::analyze
