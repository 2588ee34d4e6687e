// SPDX-License-Identifier: MIT
//
// The reading path as a list of calls: map → validate → read → symbolize → attribute → project →
// filter.
// Every command of tmtool starts here.
#pragma once

#include <string>
#include <vector>

#include "analyzer/attribution/wrapper_rules.h"
#include "analyzer/frame_cache.h"
#include "analyzer/model/filter.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/query/group_by.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

struct PipelineOptions {
    SymbolizeOptions symbolize;
    std::vector<std::string> wrappers;  ///< further function patterns that only pass allocations on
    std::vector<Filter> filters;
    BirthFilter births;

    [[nodiscard]] bool is_filtered() const noexcept { return !filters.empty() || births.is_any(); }
    FrameView view = FrameView::attributed;
    Metric metric = Metric::live;
};

/// The rules that are built in, and these.
WrapperRules wrapper_rules(const std::vector<std::string>& further);

/// Throws DumpError (with file and section) for a file that is not a whole dump, UsageError when
/// the dump does not hold what the metric is made of. `cache`, if any, answers for addresses that
/// were met before.
Snapshot load_snapshot(const std::string& path, FrameTable& table, const PipelineOptions& options,
                       FrameCache* cache = nullptr);

/// The header data alone: no symbolization, no traces. For `info` and for finding dumps.
SnapshotInfo load_info(const std::string& path);

}  // namespace tracemalloc::analyze
