// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/leak.h"
#include "analyzer/render/output.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

/// In the format of the options. `next` is what to type after it, in text.
void put_leaks(Output& output, const Snapshot& snapshot, const Leaks& leaks,
               const FrameTable& table, const ReportOptions& options,
               const std::vector<std::string>& next);

}  // namespace tracemalloc::analyze
