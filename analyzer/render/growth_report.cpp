// SPDX-License-Identifier: MIT
#include "analyzer/render/growth_report.h"

#include <fmt/format.h>

#include <cmath>

#include "analyzer/render/csv_report.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/json_frames.h"
#include "analyzer/render/json_snapshot.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/place.h"
#include "analyzer/render/text_summary.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

const char* name_of(Evidence evidence) noexcept {
    switch (evidence) {
        case Evidence::steady:
            return "steady";
        case Evidence::growing:
            return "growing";
        case Evidence::kept:
            return "kept";
        case Evidence::uneven:
            break;
    }
    return "uneven";
}

Tone tone_of(Evidence evidence) noexcept {
    return evidence == Evidence::steady   ? Tone::growth
           : evidence == Evidence::uneven ? Tone::faint
                                          : Tone::warning;
}

std::string change(double bytes) {
    return format_size_change(static_cast<std::int64_t>(std::llround(bytes)));
}

std::vector<TextCell> figures_of(const GrowthRow& row, bool has_kept) {
    const Total& first = row.totals.front();
    const Total& last = row.totals.back();
    std::vector<TextCell> cells = {
        {name_of(row.evidence), tone_of(row.evidence)},
        {change(row.slope)},
        {row.has_interval ? change(row.low) + " to " + change(row.high) : "-"},
        {fmt::format("{} of {}", row.steps_grown, row.totals.size() - 1)},
        {format_size(first.size) + " → " + format_size(last.size)},
        {format_count_change(static_cast<std::int64_t>(last.count - first.count))}};
    if (has_kept) {
        cells.push_back({format_size(row.kept().size)});
    }
    return cells;
}

void put_head(Output& output, const std::vector<const Snapshot*>& series, const Palette& palette,
              std::size_t width) {
    std::string totals;
    constexpr std::size_t kShown = 8;
    for (std::size_t at = 0; at < series.size(); ++at) {
        if (series.size() > kShown && at == kShown / 2) {
            totals += " → …";
            at = series.size() - kShown / 2;
        }
        totals += (totals.empty() ? "" : " → ") + format_size(series[at]->total().size);
    }
    output.line(palette.paint(Tone::strong, totals) + " live");
    const SnapshotInfo& last = series.back()->info;
    constexpr std::size_t kName = 12;
    output.line("  process   " + process_text(last, width - std::min(width, kName)));
    if (const SampledPart part = sampled_part(*series.back()); part.any()) {
        output.line("  sampled   " + estimate_text(part));
    }
    output.line(fmt::format("  series    {} snapshots, {} to {}", series.size(),
                            format_time(series.front()->info.unix_ns), format_time(last.unix_ns)));
}

void put_text(Output& output, const std::vector<const Snapshot*>& series, const Growth& growth,
              const FrameTable& table, const ReportOptions& options) {
    const Palette palette(options.colour);
    put_head(output, series, palette, options.width);
    const std::size_t shown = shown_rows(growth.rows.size(), options.limit);
    LineFunctions functions(table, lines_of(growth.rows, shown));
    functions.learn(*series.back(), options.attributed, options.cumulative);
    const bool has_kept = growth.has_births;
    std::vector<std::string> heads = {"evidence", "a step",       "at least, at most (95%)",
                                      "grew in",  "first → last", "blocks"};
    if (has_kept) {
        heads.emplace_back("kept");
    }
    TextTable rows(heads, "most recent frame");
    for (std::size_t at = 0; at < shown; ++at) {
        const GrowthRow& row = growth.rows[at];
        const Frame frame = options.group_by == GroupBy::lineno
                                ? functions.named(row.traceback.front())
                                : table[row.traceback.front()];
        rows.add(figures_of(row, has_kept), place_of(frame, options.group_by));
    }
    output.line("");
    if (shown > 0) {
        rows.print(output, options.width, palette);
    } else {
        output.line("nothing is larger at the end than at the start");
    }
    if (shown < growth.rows.size()) {
        output.line(fmt::format("… {} more that grew", format_count(growth.rows.size() - shown)));
    }
    if (growth.others > 0) {
        output.line(fmt::format("  {} did not grow",
                                format_quantity(growth.others, "other row", "other rows")));
    }
    if (series.size() == 2) {
        output.line("  two snapshots give no interval: take a third to tell a leak from a cache");
    }
}

std::string numbers(const GrowthRow& row, Amount Total::*member) {
    std::string text;
    for (const Total& total : row.totals) {
        text += (text.empty() ? "" : ", ") + std::to_string(total.*member);
    }
    return text;
}

std::string kept_json(const Growth& growth, const GrowthRow& row) {
    const Total kept = row.kept();
    return growth.has_births ? fmt::format("{{\"size\": {}, \"count\": {}}}", kept.size, kept.count)
                             : "null";
}

void put_json(Output& output, const std::vector<const Snapshot*>& series, const Growth& growth,
              const FrameTable& table, const ReportOptions& options) {
    JsonFrames frames(table, options.group_by);
    output.line("{\"snapshots\": [");
    for (std::size_t at = 0; at < series.size(); ++at) {
        output.line(" " + snapshot_json(*series[at], table) + (at + 1 < series.size() ? "," : ""));
    }
    output.line(fmt::format(" ],\n \"group_by\": \"{}\",\n \"cumulative\": {},\n \"statistics\": [",
                            analyze::name_of(options.group_by),
                            options.cumulative == Cumulative::yes));
    const std::size_t shown = shown_rows(growth.rows.size(), options.limit);
    for (std::size_t at = 0; at < shown; ++at) {
        const GrowthRow& row = growth.rows[at];
        output.line(fmt::format(
            "  {{\"traceback\": {}, \"evidence\": \"{}\", \"slope\": {}, \"low\": {}, \"high\": "
            "{}, "
            "\"steps_grown\": {}, \"kept\": {}, \"sizes\": [{}], \"counts\": [{}]}}{}",
            frames.key(row.traceback), name_of(row.evidence), row.slope,
            row.has_interval ? fmt::format("{}", row.low) : "null",
            row.has_interval ? fmt::format("{}", row.high) : "null", row.steps_grown,
            kept_json(growth, row), numbers(row, &Total::size), numbers(row, &Total::count),
            at + 1 < shown ? "," : ""));
    }
    output.line(fmt::format(" ],\n \"omitted\": {}, \"not_grown\": {}}}",
                            growth.rows.size() - shown, growth.others));
}

void put_csv(Output& output, const Growth& growth, const FrameTable& table,
             const ReportOptions& options) {
    output.line(
        "evidence,slope,low,high,steps_grown,first_size,last_size,first_count,last_count,kept_size,"
        "kept_count,place");
    for (std::size_t at = 0; at < shown_rows(growth.rows.size(), options.limit); ++at) {
        const GrowthRow& row = growth.rows[at];
        std::string place;
        for (const FrameId id : row.traceback) {
            place += (place.empty() ? "" : " <- ") + full_place(table[id]);
        }
        const std::string kept =
            growth.has_births ? fmt::format("{},{}", row.kept().size, row.kept().count) : ",";
        output.line(fmt::format("{},{},{},{},{},{},{},{},{},{},{}", name_of(row.evidence),
                                row.slope, row.has_interval ? fmt::format("{}", row.low) : "",
                                row.has_interval ? fmt::format("{}", row.high) : "",
                                row.steps_grown, row.totals.front().size, row.totals.back().size,
                                row.totals.front().count, row.totals.back().count, kept,
                                csv_field(place)));
    }
}

}  // namespace

void put_growth(Output& output, const std::vector<const Snapshot*>& series, const Growth& growth,
                const FrameTable& table, const ReportOptions& options) {
    switch (options.format) {
        case ReportFormat::json:
            return put_json(output, series, growth, table, options);
        case ReportFormat::csv:
            return put_csv(output, growth, table, options);
        case ReportFormat::text:
            return put_text(output, series, growth, table, options);
    }
}

}  // namespace tracemalloc::analyze
