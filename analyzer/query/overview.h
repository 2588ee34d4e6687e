// SPDX-License-Identifier: MIT
#pragma once

#include "analyzer/model/overview.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

/// Everything but `next`, which depends on who asks.
Overview make_overview(const Snapshot& snapshot, FrameTable& table, FrameView view);

}  // namespace tracemalloc::analyze
