// SPDX-License-Identifier: MIT
//
// How far symbolization got: addresses, and live bytes by most recent frame, on each rung.
#pragma once

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/query/group_by.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// `snapshot` holds the tracebacks built from `raw` and `symbols`, and all traces. Takes the
/// warnings of `symbols` over.
SymbolCoverage measure_coverage(const RawSnapshot& raw, const Symbolization& symbols,
                                const Snapshot& snapshot, FrameView view);

}  // namespace tracemalloc::analyze
