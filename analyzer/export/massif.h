// SPDX-License-Identifier: MIT
#pragma once

#include "analyzer/export/exporter.h"

namespace tracemalloc::analyze {

/// What valgrind's massif writes and ms_print draws: each snapshot of the series with its tree of
/// callers, from the place of the allocation outwards. Branches below 1 % are summed. Callers
/// beyond kMassifDepth frames are left out; sums are not touched by that.
void export_massif(Output& output, const ExportedHeap& heap, const ExportOptions& options);

inline constexpr std::size_t kMassifDepth = 512;

}  // namespace tracemalloc::analyze
