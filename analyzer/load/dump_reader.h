// SPDX-License-Identifier: MIT
//
// A checked dump to plain values that own their memory.
#pragma once

#include "analyzer/load/dump_view.h"
#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

/// Everything in the dump. Throws DumpError when the stacks or blocks are malformed.
RawSnapshot read_dump(const DumpView& view);

/// What the dump tells of the process and the moment, with the counts of cut tracebacks.
SnapshotInfo read_info(const DumpView& view);

}  // namespace tracemalloc::analyze
