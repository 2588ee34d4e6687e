// SPDX-License-Identifier: MIT
#pragma once

#include "analyzer/model/overview.h"

namespace tracemalloc::analyze {

/// From the figures of the process itself; filters do not change it.
MemoryDivision divide_memory(const SnapshotInfo& info);

}  // namespace tracemalloc::analyze
