// SPDX-License-Identifier: MIT
//
// Two lists of rows → one list of differences. Python's Snapshot.compare_to().
//
// Of sampled snapshots the differences are estimates. A block that is in both snapshots of a
// process counts the same in both, so it cancels: with S for the blocks that survived, the
// difference is what was born less what died, and
//
//     variance = variance(NEW) + variance(OLD) − 2 variance(S)
//
// Where survivors are not known they are taken for none: the error is then larger than it had to
// be.
#pragma once

#include "analyzer/model/frame_table.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Rows for keys of either list, in report order. All were grouped alike over the same `table`;
/// `survivors` are those blocks of the new one that were in the old one already. By value:
/// tracebacks move from the lists to the differences.
Comparison compare(Statistics old_statistics, Statistics new_statistics, const FrameTable& table,
                   const Statistics& survivors = {});

}  // namespace tracemalloc::analyze
