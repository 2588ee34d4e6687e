// SPDX-License-Identifier: MIT
//
// Two lists of rows → one list of differences. Python's Snapshot.compare_to().
#pragma once

#include "analyzer/model/frame_table.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Rows for keys of either list, in report order. Both were grouped alike over the same `table`. By
/// value: tracebacks move from the lists to the differences.
Comparison compare(Statistics old_statistics, Statistics new_statistics, const FrameTable& table);

}  // namespace tracemalloc::analyze
