// SPDX-License-Identifier: MIT
#include "analyzer/export/exporter.h"

#include "analyzer/export/folded.h"
#include "analyzer/export/massif.h"
#include "analyzer/export/pprof.h"
#include "analyzer/export/speedscope.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

namespace {

/// All rows of the reports that `tmtool traces` and `tmtool diff` print.
void export_report(Output& output, ReportFormat format, const ExportedHeap& heap,
                   const ExportOptions& options) {
    ReportOptions report;
    report.format = format;
    report.group_by = GroupBy::traceback;
    report.limit = 0;
    report.attributed = options.attributed;
    const auto writer = make_report(output, heap.table, report);
    if (heap.base != nullptr) {
        writer->comparison(*heap.base, heap.snapshot(), *heap.comparison);
    } else {
        writer->traces(heap.snapshot());
    }
}

}  // namespace

ExportAbility ability_of(ExportFormat format) noexcept {
    switch (format) {
        case ExportFormat::pprof:
            return {.binary = true, .base = true};
        case ExportFormat::folded:
            return {.base = true, .measure = true};
        case ExportFormat::heaptrack:
            return {.measure = true};
        case ExportFormat::massif:
            return {.series = true};
        case ExportFormat::json:
        case ExportFormat::csv:
            return {.base = true};
        case ExportFormat::speedscope:
            break;
    }
    return {};
}

void export_heap(Output& output, ExportFormat format, const ExportedHeap& heap,
                 const ExportOptions& options) {
    switch (format) {
        case ExportFormat::pprof:
            return export_pprof(output, heap, options);
        case ExportFormat::speedscope:
            return export_speedscope(output, heap, options);
        case ExportFormat::folded:
        case ExportFormat::heaptrack:
            return export_folded(output, heap, options, format == ExportFormat::heaptrack);
        case ExportFormat::massif:
            return export_massif(output, heap, options);
        case ExportFormat::json:
            return export_report(output, ReportFormat::json, heap, options);
        case ExportFormat::csv:
            return export_report(output, ReportFormat::csv, heap, options);
    }
}

}  // namespace tracemalloc::analyze
