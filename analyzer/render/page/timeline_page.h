// SPDX-License-Identifier: MIT
//
// Several snapshots of a process over time: live size or blocks stacked by line, function, file or
// module, with the peak and the resident memory.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"
#include "analyzer/model/timeline.h"

namespace tracemalloc::analyze {

struct TimelinePage {
    struct Grouped {
        GroupBy by;
        Timeline timeline;
    };

    std::vector<const Snapshot*> snapshots;  ///< in order of time
    std::vector<Grouped> groupings;          ///< the first one is shown first
    bool filtered = false;
};

std::string timeline_data(const TimelinePage& page, const FrameTable& table);

std::string timeline_page(const TimelinePage& page, const FrameTable& table);

}  // namespace tracemalloc::analyze
