// SPDX-License-Identifier: MIT
//
// Several dumps as the snapshots of a series, in order of time. The order in which they are named
// says nothing: where a shell fills in a pattern, dump 10 comes before dump 2.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "analyzer/cli/read_options.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// Throws UsageError when a file is named twice: a step in which nothing happened would be made up.
std::deque<Snapshot> read_series(const std::vector<std::string>& dumps, FrameTable& table,
                                 const ReadOptions& options);

}  // namespace tracemalloc::analyze
