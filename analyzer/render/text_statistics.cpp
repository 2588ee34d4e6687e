// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/metric_text.h"
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

std::string share(const Statistic& row, const Total& total, Metric metric) {
    return format_share(ranked_part({row.size, row.count}, metric), ranked_part(total, metric));
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
                                       : nothing_text(snapshot.metric));
    } else if (options_.group_by == GroupBy::traceback) {
        statistics_stacks(snapshot, statistics, shown);
    } else {
        statistics_table(snapshot, statistics, shown);
    }
    const Total rest = sum_from(statistics.rows, shown);
    rest_line(statistics.rows.size() - shown, options_.cumulative == Cumulative::yes
                                                  ? "--limit 0 shows them"
                                                  : total_text(rest, snapshot.metric));
    if (sampled_part(snapshot).any()) {
        put_error_note(output_, style(), false);
    }
}

void TextReport::statistics_table(const Snapshot& snapshot, const Statistics& statistics,
                                  std::size_t shown) {
    LineFunctions functions(table_, lines_of(statistics.rows, shown));
    if (options_.group_by == GroupBy::lineno) {
        functions.learn(snapshot, options_.attributed, options_.cumulative);
    }
    const Metric metric = snapshot.metric;
    const bool count_first = ranks_by_count(metric);
    std::vector<std::string> titles = {"size", "±", "share", count_title(metric), "±", "average"};
    if (count_first) {
        std::swap(titles[0], titles[3]);  // each with the ± behind it
    }
    TextTable table(titles, rows_text(1));
    const bool has_errors = sampled_part(snapshot).any();
    table.show(1, has_errors);
    table.show(4, has_errors && options_.width >= kWidthForCountErrors);
    for (std::size_t at = 0; at < shown; ++at) {
        const Statistic& row = statistics.rows[at];
        std::vector<TextCell> cells = {{format_size(row.size)},
                                       {size_error_text(row.variance, row.size)},
                                       {share(row, statistics.total, metric)},
                                       {format_count(row.count)},
                                       {count_error_text(row.variance)},
                                       {average(row)}};
        if (count_first) {
            std::swap(cells[0], cells[3]);
            std::swap(cells[1], cells[4]);
        }
        cells.front().tone = Tone::strong;
        table.add(std::move(cells),
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
        const Metric metric = snapshot.metric;
        const bool count_first = ranks_by_count(metric);
        const std::string size = size_text(row.total());
        const std::string count = count_text(row.total(), metric);
        output_.line(fmt::format("{:>4}  {}  {}{}{}, average {}", fmt::format("#{}", at + 1),
                                 palette_.paint(Tone::strong, count_first ? count : size),
                                 share(row, statistics.total, metric), count_first ? ", " : " in ",
                                 count_first ? size : count, average(row)));
        stack(row.traceback, stacks.find(row.traceback), snapshot.info.nframe);
        output_.line("");
    }
}

}  // namespace tracemalloc::analyze
