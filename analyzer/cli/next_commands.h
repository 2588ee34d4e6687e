// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/overview.h"

namespace tracemalloc::analyze {

/// What to type after a summary of the dump, ready to paste.
std::vector<std::string> next_commands(const std::string& dump, const Overview& overview,
                                       const FrameTable& table);

}  // namespace tracemalloc::analyze
