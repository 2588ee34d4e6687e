// SPDX-License-Identifier: MIT
#include "analyzer/render/leak_report.h"

#include <fmt/format.h>

#include "analyzer/render/csv_report.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/json_frames.h"
#include "analyzer/render/json_snapshot.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/palette.h"
#include "analyzer/render/place.h"
#include "analyzer/render/shown_stacks.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_summary.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

std::string size_or_dash(const Total& total) {
    return total.count == 0 ? "-" : format_size(total.size);
}

std::string count_or_dash(const Total& total) {
    return total.count == 0 ? "-" : format_count(total.count);
}

void put_head(Output& output, const Snapshot& snapshot, const Leaks& leaks,
              const SummaryStyle& style) {
    const Palette& palette = style.palette;
    output.line(palette.paint(Tone::strong, total_text(leaks.direct)) + " that nothing points to" +
                (leaks.indirect.count == 0
                     ? ""
                     : fmt::format(", {} behind them", total_text(leaks.indirect))));
    put_fact(output, style, "reachable", total_text(leaks.reachable));
    constexpr std::size_t kNameColumns = 12;
    const std::size_t width = style.options.width - std::min(style.options.width, kNameColumns);
    put_fact(output, style, "process", process_text(snapshot.info, width));
    put_fact(output, style, "taken", moment_text(snapshot.info));
}

void put_table(Output& output, const Snapshot& snapshot, const Leaks& leaks, std::size_t shown,
               const FrameTable& table, const SummaryStyle& style) {
    const ReportOptions& options = style.options;
    LineFunctions functions(table, lines_of(leaks.rows, shown));
    if (options.group_by == GroupBy::lineno) {
        functions.learn(snapshot, options.attributed, options.cumulative);
    }
    TextTable rows({"unreachable", "blocks", "indirect", "blocks"}, row_noun(options.group_by));
    for (std::size_t at = 0; at < shown; ++at) {
        const LeakRow& row = leaks.rows[at];
        rows.add({{size_or_dash(row.direct), Tone::strong},
                  {count_or_dash(row.direct)},
                  {size_or_dash(row.indirect)},
                  {count_or_dash(row.indirect)}},
                 place_of(functions.named(row.traceback.front()), options.group_by));
    }
    rows.print(output, options.width, style.palette);
}

void put_stacks(Output& output, const Leaks& leaks, std::size_t shown, const FrameTable& table,
                const SummaryStyle& style) {
    for (std::size_t at = 0; at < shown; ++at) {
        const LeakRow& row = leaks.rows[at];
        output.line(fmt::format("{:>4}  {} that nothing points to, {} behind such blocks",
                                fmt::format("#{}", at + 1), total_text(row.direct),
                                total_text(row.indirect)));
        for (const FrameId id : row.traceback) {
            output.line("      " + printable(full_place(table[id])) + "  " +
                        style.palette.paint(Tone::function, printable(table[id].function.text())));
        }
        output.line("");
    }
}

void put_text(Output& output, const Snapshot& snapshot, const Leaks& leaks, const FrameTable& table,
              const ReportOptions& options, const std::vector<std::string>& next) {
    const Palette palette(options.colour);
    const SummaryStyle style{palette, options};
    put_head(output, snapshot, leaks, style);
    put_limits(output, style, snapshot);
    output.line("");
    const std::size_t shown = shown_rows(leaks.rows.size(), options.limit);
    if (leaks.rows.empty()) {
        output.line("Every block can be reached.");
    } else if (options.group_by == GroupBy::traceback) {
        put_stacks(output, leaks, shown, table, style);
    } else {
        put_table(output, snapshot, leaks, shown, table, style);
    }
    if (shown < leaks.rows.size()) {
        output.line(fmt::format("… {} more (--limit 0 shows them)",
                                format_count(leaks.rows.size() - shown)));
    }
    for (std::size_t at = 0; at < next.size(); ++at) {
        put_fact(output, style, at == 0 ? "next" : "", printable(next[at]));
    }
}

void put_json(Output& output, const Snapshot& snapshot, const Leaks& leaks, const FrameTable& table,
              const ReportOptions& options) {
    JsonFrames frames(table, options.group_by);
    const auto total = [](const Total& one) {
        return fmt::format("{{\"size\": {}, \"count\": {}{}}}", std::uint64_t{one.size},
                           std::uint64_t{one.count},
                           one.variance == Variance{} ? "" : error_members(one.variance));
    };
    output.line(
        fmt::format("{{\"snapshot\": {},\n \"group_by\": \"{}\",\n \"direct\": {}, "
                    "\"indirect\": {}, \"reachable\": {},\n \"leaks\": [",
                    snapshot_json(snapshot, table), name_of(options.group_by), total(leaks.direct),
                    total(leaks.indirect), total(leaks.reachable)));
    const std::size_t shown = shown_rows(leaks.rows.size(), options.limit);
    for (std::size_t at = 0; at < shown; ++at) {
        const LeakRow& row = leaks.rows[at];
        output.line(fmt::format("  {{{}, \"direct\": {}, \"indirect\": {}}}{}",
                                frames.row_key(row.traceback), total(row.direct),
                                total(row.indirect), at + 1 < shown ? "," : ""));
    }
    output.line(fmt::format(" ],\n \"omitted\": {}}}", leaks.rows.size() - shown));
}

void put_csv(Output& output, const Leaks& leaks, const FrameTable& table,
             const ReportOptions& options) {
    output.line("direct_size,direct_count,indirect_size,indirect_count,place");
    for (std::size_t at = 0; at < shown_rows(leaks.rows.size(), options.limit); ++at) {
        const LeakRow& row = leaks.rows[at];
        std::string place;
        for (const FrameId id : row.traceback) {
            place += (place.empty() ? "" : " <- ") + full_place(table[id]);
        }
        output.line(fmt::format("{},{},{},{},{}", std::uint64_t{row.direct.size},
                                std::uint64_t{row.direct.count}, std::uint64_t{row.indirect.size},
                                std::uint64_t{row.indirect.count}, csv_field(place)));
    }
}

}  // namespace

void put_leaks(Output& output, const Snapshot& snapshot, const Leaks& leaks,
               const FrameTable& table, const ReportOptions& options,
               const std::vector<std::string>& next) {
    switch (options.format) {
        case ReportFormat::json:
            return put_json(output, snapshot, leaks, table, options);
        case ReportFormat::csv:
            return put_csv(output, leaks, table, options);
        case ReportFormat::text:
            return put_text(output, snapshot, leaks, table, options, next);
    }
}

}  // namespace tracemalloc::analyze
