// SPDX-License-Identifier: MIT
//
// What is known of an address → its frames. Both what was looked up and what a dump carries come
// through here, so that a dump reads the same with its symbols inside as beside the binaries.
#pragma once

#include <cstdint>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/dwarf_lookup.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// `index` of RawSnapshot::addresses. Where no place has a function or a file, the frame is the
/// module and the offset in it. No other frame has an offset, so that equal places are one frame.
SymbolizedAddress place_address(const RawSnapshot& raw, std::uint32_t index, const Places& places,
                                FrameTable& table);

}  // namespace tracemalloc::analyze
