// SPDX-License-Identifier: MIT
//
// Where the frames of an address come from: from the dump itself if it carries them, from the
// binaries otherwise.
#pragma once

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// Frames for every address of `raw`.
Symbolization find_frames(const RawSnapshot& raw, FrameTable& table,
                          const SymbolizeOptions& options);

}  // namespace tracemalloc::analyze
