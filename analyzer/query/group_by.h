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
///
/// Keys are new frames in `table` with only the fields that the grouping keeps, and with the next
/// best ones where those are unknown:
///
///     filename    filename                              else module
///     lineno      filename, lineno                      else module, function   else module,
///     offset function    function, filename, module            else filename, module   else
///     module, offset module      module traceback   each frame: filename, lineno, function,
///     inlined
///                                                       else module, function   else module,
///                                                       offset
///
/// No key holds an address of a run, and a rebuilt program is matched by its source.
Statistics group_by(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping);

}  // namespace tracemalloc::analyze
