// SPDX-License-Identifier: MIT
//
// What the reading commands share: a dump read with progress and warnings, a report on stdout.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "analyzer/cli/progress_line.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/render/output.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

/// Calls `read` with options that show progress.
template <class Read>
auto reading(const ReadOptions& options, Read read) {
    ProgressLine progress;
    PipelineOptions pipeline = options.pipeline;
    pipeline.symbolize.progress = [&](std::size_t done, std::size_t all,
                                      const std::string& current) {
        progress.update(done, all, current);
    };
    pipeline.symbolize.download_progress = [&](long received, long all) {
        progress.update_download(static_cast<std::uint64_t>(std::max(received, 0L)),
                                 static_cast<std::uint64_t>(std::max(all, 0L)));
    };
    return read(pipeline);
}

/// The first of them, and how many more there are.
void say_warnings(const SymbolCoverage& coverage);

Snapshot read_snapshot(const std::string& path, FrameTable& table, const ReadOptions& options);

/// Fills in what only the terminal knows.
ReportOptions report_options(const ReadOptions& options);

/// Throws OperationError when the report did not reach stdout as a whole.
void finish(Output& output);

/// Says on stderr what --limit left out of a CSV report, which has no place for it.
void note_csv_limit(const ReportOptions& options, std::size_t rows);

}  // namespace tracemalloc::analyze
