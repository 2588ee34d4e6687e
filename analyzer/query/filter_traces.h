// SPDX-License-Identifier: MIT
//
// Python's Snapshot.filter_traces().
#pragma once

#include <vector>

#include "analyzer/model/filter.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

/// Keeps the traces that match at least one inclusive filter (if there is any) and every exclusive
/// one. Without `all_frames` a filter looks at the most recent frame of `view` only, with it at all
/// frames, those that are set aside too. A frame without a source file is matched by its module.
void filter_traces(Snapshot& snapshot, const FrameTable& table, const std::vector<Filter>& filters,
                   FrameView view);

}  // namespace tracemalloc::analyze
