// SPDX-License-Identifier: MIT
//
// A dump with its symbols inside: every section as it was, also those of a kind that is not known
// here; the strings with the names behind them, and the frames of every address.
#pragma once

#include <string>

#include "analyzer/load/dump_view.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// The bytes of a whole dump. `symbols` are those of its addresses, without a path map. Texts that
/// the frames of `view` already have are used again, so a dump that is full stays as it is. Throws
/// OperationError when the strings would not fit the format.
std::string embed_frames(const DumpView& view, const Symbolization& symbols,
                         const FrameTable& table);

}  // namespace tracemalloc::analyze
