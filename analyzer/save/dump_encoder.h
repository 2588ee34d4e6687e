// SPDX-License-Identifier: MIT
//
// A raw snapshot back to the bytes of a dump: what read_dump() reads of them is the same again.
#pragma once

#include <string>

#include "analyzer/load/raw_snapshot.h"

namespace tracemalloc::analyze {

/// Rows of `raw.traces` may be in any order, but no (stack, size) pair occurs twice.
std::string encode_dump(const RawSnapshot& raw);

}  // namespace tracemalloc::analyze
