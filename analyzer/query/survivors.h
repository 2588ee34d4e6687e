// SPDX-License-Identifier: MIT
//
// Which blocks that were allocated during a series of snapshots are still there at its end.
#pragma once

#include <vector>

#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

/// Of the last snapshot: the blocks born in each step, from one snapshot of the series to the next.
/// Empty where that is not known: the snapshots are not of one process, or not in its order, or the
/// last one does not tell of births.
std::vector<Statistics> find_survivors(const std::vector<const Snapshot*>& series,
                                       FrameTable& table, const Grouping& grouping);

/// The blocks of NEW that OLD had already, of two snapshots of one process: being the same draw in
/// both, they add nothing to the error of a change. No rows where that is not known, or where
/// nothing was sampled.
Statistics find_kept(const Snapshot& old_snapshot, const Snapshot& new_snapshot, FrameTable& table,
                     const Grouping& grouping);

}  // namespace tracemalloc::analyze
