// SPDX-License-Identifier: MIT
//
// Folded stacks: one line for each distinct stack, oldest frame first, then its number. With a base
// there are two numbers, old and new. heaptrack's own have the file behind each function and end
// every frame with a semicolon.
#pragma once

#include "analyzer/export/exporter.h"

namespace tracemalloc::analyze {

/// Lines in the order of their text. Names hold no semicolon: it becomes a colon.
void export_folded(Output& output, const ExportedHeap& heap, const ExportOptions& options,
                   bool as_heaptrack);

}  // namespace tracemalloc::analyze
