// SPDX-License-Identifier: MIT
#include "analyzer/cli/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "analyzer/cli/message.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kWarningsShown = 10;

}  // namespace

void say_warnings(const SymbolCoverage& coverage) {
    const auto& warnings = coverage.warnings;
    for (std::size_t at = 0; at < std::min(warnings.size(), kWarningsShown); ++at) {
        say_warning(warnings[at]);
    }
    if (warnings.size() > kWarningsShown) {
        say_warning(fmt::format("{} more of this kind", warnings.size() - kWarningsShown));
    }
}

Snapshot read_snapshot(const std::string& path, FrameTable& table, const ReadOptions& options) {
    Snapshot snapshot = reading(options, [&](const PipelineOptions& pipeline) {
        return load_snapshot(path, table, pipeline);
    });
    say_warnings(snapshot.coverage);
    return snapshot;
}

ReportOptions report_options(const ReadOptions& options) {
    ReportOptions report = options.report;
    report.attributed = options.pipeline.view == FrameView::attributed;
    report.filtered = options.pipeline.is_filtered();
    report.colour = use_colour(options.colour);
    report.width = options.width.value_or(report_width());
    return report;
}

void finish(Output& output) {
    errno = 0;
    if (!output.finish()) {
        throw OperationError(fmt::format("the report could not be written: {}",
                                         errno != 0 ? std::strerror(errno) : "output error"));
    }
}

void note_csv_limit(const ReportOptions& options, std::size_t rows) {
    const std::size_t shown = shown_rows(rows, options.limit);
    if (options.format == ReportFormat::csv && shown < rows) {
        say_note(fmt::format("{} of {} rows written; --limit 0 writes all", shown, rows));
    }
}

}  // namespace tracemalloc::analyze
