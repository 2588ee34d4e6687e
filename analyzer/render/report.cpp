// SPDX-License-Identifier: MIT
#include "analyzer/render/report.h"

#include "analyzer/render/csv_report.h"
#include "analyzer/render/json_report.h"
#include "analyzer/render/text_report.h"

namespace tracemalloc::analyze {

std::unique_ptr<Report> make_report(Output& output, const FrameTable& table,
                                    const ReportOptions& options) {
    switch (options.format) {
        case ReportFormat::json:
            return std::make_unique<JsonReport>(output, table, options);
        case ReportFormat::csv:
            return std::make_unique<CsvReport>(output, table, options);
        case ReportFormat::text:
            break;
    }
    return std::make_unique<TextReport>(output, table, options);
}

const char* name_of(GroupBy grouping) noexcept {
    switch (grouping) {
        case GroupBy::filename:
            return "filename";
        case GroupBy::traceback:
            return "traceback";
        case GroupBy::function:
            return "function";
        case GroupBy::module:
            return "module";
        case GroupBy::domain:
            return "domain";
        case GroupBy::tag:
            return "tag";
        case GroupBy::lineno:
            break;
    }
    return "lineno";
}

const char* row_noun(GroupBy grouping) noexcept {
    switch (grouping) {
        case GroupBy::filename:
            return "file";
        case GroupBy::lineno:
            return "line";
        default:
            return name_of(grouping);
    }
}

}  // namespace tracemalloc::analyze
