// SPDX-License-Identifier: MIT
#include "analyzer/cli/page_sources.h"

#include <algorithm>

#include "analyzer/annotate_source.h"
#include "analyzer/query/file_use.h"
#include "analyzer/query/group_by.h"
#include "analyzer/render/page/system_place.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kFiles = 12;
/// Where no text is found, not all files are tried.
constexpr std::size_t kTried = 24;

/// Alternately from both lists, each file once.
std::vector<Name> candidates(const Snapshot& snapshot, FrameTable& table, FrameView view) {
    const Statistics own = group_by(snapshot, table, {GroupBy::filename, Cumulative::no, view});
    const Statistics all = group_by(snapshot, table, {GroupBy::filename, Cumulative::yes, view});
    std::vector<Name> names;
    const auto add = [&](const Statistics& list, std::size_t at) {
        if (at >= list.rows.size()) {
            return;
        }
        const Frame& frame = table[list.rows[at].traceback.front()];
        const bool is_known = std::find(names.begin(), names.end(), frame.filename) != names.end();
        if (frame.filename.is_known() && !is_known && !is_system_place(frame, {})) {
            names.push_back(frame.filename);
        }
    };
    const std::size_t rows = std::max(own.rows.size(), all.rows.size());
    for (std::size_t at = 0; at < rows && names.size() < kTried; ++at) {
        add(own, at);
        add(all, at);
    }
    return names;
}

}  // namespace

std::vector<PageSource> choose_sources(const std::vector<Snapshot>& snapshots, FrameTable& table,
                                       const PipelineOptions& options) {
    std::vector<PageSource> sources;
    const Snapshot& snapshot = snapshots.back();
    for (const Name file : candidates(snapshot, table, options.view)) {
        if (sources.size() == kFiles) {
            break;
        }
        PageSource source;
        source.annotation = annotate_source(snapshot, table, file, options.view, options.symbolize);
        if (!source.annotation.source) {
            continue;
        }
        if (snapshots.size() > 1) {
            source.old = use_of_file(snapshots.front(), table, file, options.view);
        }
        sources.push_back(std::move(source));
    }
    return sources;
}

}  // namespace tracemalloc::analyze
