// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/place.h"
#include "analyzer/render/shown_stacks.h"
#include "analyzer/render/text_report.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

/// In a narrower terminal the place needs the room of the error of the number of blocks more.
constexpr std::size_t kWidthForCountErrors = 100;

std::string average(const Statistic& row) {
    return row.count == 0 ? "-" : format_size(row.size / row.count);
}

Total sum_from(const std::vector<Statistic>& rows, std::size_t from) {
    Total sum;
    for (std::size_t at = from; at < rows.size(); ++at) {
        sum += rows[at].total();
    }
    return sum;
}

}  // namespace

void TextReport::statistics(const Snapshot& snapshot, const Statistics& statistics) {
    put_summary(output_, style(), snapshot, table_);
    output_.line("");
    cumulative_note();
    const std::size_t shown = shown_rows(statistics.rows.size(), options_.limit);
    if (statistics.rows.empty()) {
        output_.line(options_.filtered ? "No block is let through by the filters."
                                       : "No block is live.");
    } else if (options_.group_by == GroupBy::traceback) {
        statistics_stacks(snapshot, statistics, shown);
    } else {
        statistics_table(snapshot, statistics, shown);
    }
    const Total rest = sum_from(statistics.rows, shown);
    rest_line(statistics.rows.size() - shown,
              options_.cumulative == Cumulative::yes ? "--limit 0 shows them" : total_text(rest));
    if (sampled_part(snapshot).any()) {
        put_error_note(output_, style(), false);
    }
}

void TextReport::statistics_table(const Snapshot& snapshot, const Statistics& statistics,
                                  std::size_t shown) {
    std::vector<FrameId> lines;
    for (std::size_t at = 0; at < shown; ++at) {
        lines.push_back(statistics.rows[at].traceback.front());
    }
    LineFunctions functions(table_, lines);
    if (options_.group_by == GroupBy::lineno) {
        functions.learn(snapshot, options_.attributed, options_.cumulative);
    }
    TextTable table({"size", "±", "share", "blocks", "±", "average"}, rows_text(1));
    const bool has_errors = sampled_part(snapshot).any();
    table.show(1, has_errors);
    table.show(4, has_errors && options_.width >= kWidthForCountErrors);
    for (std::size_t at = 0; at < shown; ++at) {
        const Statistic& row = statistics.rows[at];
        table.add({{format_size(row.size), Tone::strong},
                   {size_error_text(row.variance, row.size)},
                   {format_share(row.size, statistics.total.size)},
                   {format_count(row.count)},
                   {count_error_text(row.variance)},
                   {average(row)}},
                  place_of(functions.named(row.traceback.front()), options_.group_by));
    }
    table.print(output_, options_.width, palette_);
}

void TextReport::statistics_stacks(const Snapshot& snapshot, const Statistics& statistics,
                                   std::size_t shown) {
    std::vector<const std::vector<FrameId>*> keys;
    for (std::size_t at = 0; at < shown; ++at) {
        keys.push_back(&statistics.rows[at].traceback);
    }
    const ShownStacks stacks(snapshot, table_, options_.attributed, keys);
    for (std::size_t at = 0; at < shown; ++at) {
        const Statistic& row = statistics.rows[at];
        const bool is_estimate = row.variance != Variance{};
        output_.line(fmt::format("{:>4}  {}{}  {} in {}{}, average {}", fmt::format("#{}", at + 1),
                                 palette_.paint(Tone::strong, format_size(row.size)),
                                 is_estimate ? " " + size_error_text(row.variance, row.size) : "",
                                 format_share(row.size, statistics.total.size),
                                 is_estimate ? fmt::format("{} {} ", format_count(row.count),
                                                           count_error_text(row.variance))
                                             : format_count(row.count) + " ",
                                 row.count == 1 ? "block" : "blocks", average(row)));
        stack(row.traceback, stacks.find(row.traceback), snapshot.info.nframe);
        output_.line("");
    }
}

}  // namespace tracemalloc::analyze
