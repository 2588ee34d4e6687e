// SPDX-License-Identifier: MIT
//
// Stacks of addresses to tracebacks of frames: an address with inlined functions becomes several.
#pragma once

#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/traceback.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// Parallel to raw.stacks. A stack without a single address gets one unknown frame. Throws
/// DumpError when inlined functions make more frames of the stacks than memory is meant for.
std::vector<Traceback> build_tracebacks(const RawSnapshot& raw, const Symbolization& symbols,
                                        FrameTable& table);

}  // namespace tracemalloc::analyze
