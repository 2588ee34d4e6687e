// SPDX-License-Identifier: MIT
//
// Which blocks were born when: the births section and its epochs, checked.
#pragma once

#include "analyzer/load/dump_view.h"
#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

/// Fills `raw.births`, after decode_blocks(); it stays empty when the dump does not tell. Throws
/// DumpError.
void decode_births(const DumpView& view, RawSnapshot& raw);

/// What a dump tells of births also by leaving the section out: of the first snapshot of a process
/// that was not forked.
Births births_of(const RawSnapshot& raw);

}  // namespace tracemalloc::analyze
