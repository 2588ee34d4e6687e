// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "analyzer/model/growth.h"
#include "analyzer/render/output.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

/// In the format of the options. `series` are the snapshots, in order of time.
void put_growth(Output& output, const std::vector<const Snapshot*>& series, const Growth& growth,
                const FrameTable& table, const ReportOptions& options);

}  // namespace tracemalloc::analyze
