// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/model/statistic.h"
#include "analyzer/model/timeline.h"

namespace tracemalloc::analyze {

/// The rows of several snapshots, grouped alike over the same `table` and not cumulative, as
/// series. At most `limit` of them: those that were largest at any moment.
Timeline make_timeline(const std::vector<Statistics>& moments, const FrameTable& table,
                       std::size_t limit);

}  // namespace tracemalloc::analyze
