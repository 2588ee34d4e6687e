// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// The "snapshot" object: process, moment, totals, peak, losses, cut tracebacks, symbol coverage.
/// Sizes are bytes, times ISO 8601 in UTC and nanoseconds since 1970.
std::string snapshot_json(const Snapshot& snapshot, const FrameTable& table);

}  // namespace tracemalloc::analyze
