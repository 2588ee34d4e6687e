// SPDX-License-Identifier: MIT
//
// Snapshot → rows. Python's Snapshot.statistics().
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Which frames statistics see: with `attributed`, leading frames that only pass an allocation on
/// are left out of the key (see Traceback::set_aside); with `raw` they count like any other.
enum class FrameView { attributed, raw };

struct Grouping {
    GroupBy by = GroupBy::lineno;
    Cumulative cumulative = Cumulative::no;  ///< of frames only, and not of whole tracebacks
    FrameView view = FrameView::attributed;
};

inline std::span<const FrameId> frames_of(const Traceback& traceback, FrameView view) noexcept {
    return view == FrameView::attributed ? traceback.attributed() : std::span(traceback.frames);
}

/// By index of a traceback. Traces of one traceback share their key: summed first, they need one
/// look-up together.
std::vector<Total> sum_by_traceback(const Snapshot& snapshot);

/// Rows in report order. A trace is added once per occurrence of a frame when cumulative, so a
/// recursive frame counts as often as it occurs, as in Python.
/// Keys are those of frame_key.h.
Statistics group_by(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping);

}  // namespace tracemalloc::analyze
