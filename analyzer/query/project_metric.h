// SPDX-License-Identifier: MIT
//
// Snapshot → the same snapshot with a metric's traces: whatever reads traces then works on that
// metric.
#pragma once

#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// For a metric of the traffic the snapshot has to have it. Sums by traceback are exact; as single
/// sizes are not known, the allocations of a traceback become traces of at most two sizes next to
/// their mean.
void project_metric(Snapshot& snapshot, Metric metric);

}  // namespace tracemalloc::analyze
