// SPDX-License-Identifier: MIT
#pragma once

#include "analyzer/export/exporter.h"

namespace tracemalloc::analyze {

/// speedscope's own JSON: a profile of bytes and one of blocks, with the same stacks.
void export_speedscope(Output& output, const ExportedHeap& heap, const ExportOptions& options);

}  // namespace tracemalloc::analyze
