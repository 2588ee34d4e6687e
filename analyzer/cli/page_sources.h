// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "analyzer/cli/read_options.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/render/page/source_json.h"

namespace tracemalloc::analyze {

/// The files that a reader will want to see beside the picture: those that hold most themselves and
/// those that hold most with what they call, in turn, as far as their text is on this machine.
/// Files of the system are left out. The last snapshot counts; of two, the first is the old one.
std::vector<PageSource> choose_sources(const std::vector<Snapshot>& snapshots, FrameTable& table,
                                       const PipelineOptions& options);

}  // namespace tracemalloc::analyze
