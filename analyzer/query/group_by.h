// SPDX-License-Identifier: MIT
//
// Snapshot → rows. Python's Snapshot.statistics().
#pragma once

#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Which frames statistics see: with `attributed`, leading frames that only pass an allocation on
/// are left out of the key (see Traceback::set_aside); with `raw` they count like any other.
enum class FrameView { attributed, raw };

struct Grouping {
    GroupBy by = GroupBy::lineno;
    Cumulative cumulative = Cumulative::no;  ///< not with GroupBy::traceback
    FrameView view = FrameView::attributed;
};

/// Rows in report order. A trace is added once per occurrence of a frame when cumulative, so a
/// recursive frame counts as often as it occurs, as in Python.
/// Keys are new frames in `table` that hold only the fields the grouping keeps; a frame without a
/// file is keyed by function and module, one without a function by module and offset.
Statistics group_by(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping);

}  // namespace tracemalloc::analyze
