// SPDX-License-Identifier: MIT
#pragma once

#include "analyzer/load/dump_view.h"
#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

/// Fills `raw.rates` and the rates of `raw.traces`, after decode_blocks(). The traced bytes and
/// blocks of `raw.info` become estimates: the dump has those of the recorded blocks. Throws
/// DumpError when the estimated sums do not fit 63 bits.
void read_rates(const DumpView& view, RawSnapshot& raw);

}  // namespace tracemalloc::analyze
