// SPDX-License-Identifier: MIT
#pragma once

#include "analyzer/model/leak.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

/// The unreachable blocks of a snapshot that knows them, grouped.
Leaks find_leaks(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping);

/// Leaves only unreachable blocks in the snapshot, direct and indirect ones.
void keep_unreachable(Snapshot& snapshot);

}  // namespace tracemalloc::analyze
