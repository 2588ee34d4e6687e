// SPDX-License-Identifier: MIT
//
// Complete dumps among the files that a pattern can have made.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// Those not older than `since` (nanoseconds since 1970) that `wanted` accepts, newest first. Files
/// that are no dumps are passed over.
std::vector<SnapshotInfo> find_dumps(const std::string& pattern, std::int64_t since_unix_ns,
                                     const std::function<bool(const SnapshotInfo&)>& wanted);

std::int64_t now_unix_ns();

}  // namespace tracemalloc::analyze
