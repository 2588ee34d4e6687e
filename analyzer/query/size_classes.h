// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "analyzer/model/overview.h"

namespace tracemalloc::analyze {

/// The live blocks by size, in powers of two. Empty when no block is live.
std::vector<SizeClass> size_classes(const Snapshot& snapshot);

}  // namespace tracemalloc::analyze
