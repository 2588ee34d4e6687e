// SPDX-License-Identifier: MIT
//
// Each row says in words what colour says again: new, gone, grown, shrunk.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/metric_text.h"
#include "analyzer/render/place.h"
#include "analyzer/render/shown_stacks.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

/// In a narrower terminal the place needs the room of the old and new number of blocks more.
constexpr std::size_t kWidthForCounts = 90;
/// The same for the error of the change in the number of blocks.
constexpr std::size_t kWidthForCountErrors = 120;

struct Change {
    const char* word;
    Tone tone;
};

Total old_of(const StatisticDiff& row) {
    return {row.size - static_cast<std::uint64_t>(row.size_diff),
            row.count - static_cast<std::uint64_t>(row.count_diff)};
}

Tone tone_of(std::int64_t change) {
    return change > 0 ? Tone::growth : change < 0 ? Tone::shrink : Tone::plain;
}

Change change_of(const StatisticDiff& row) {
    if (row.is_noise()) {
        return {"noise", Tone::faint};
    }
    if (old_of(row) == Total{}) {
        return {"new", Tone::growth};
    }
    if (row.size == 0 && row.count == 0) {
        return {"gone", Tone::shrink};
    }
    const std::int64_t change = row.size_diff != 0 ? row.size_diff : row.count_diff;
    return {change > 0 ? "grown" : "shrunk", tone_of(change)};
}

bool is_changed(const StatisticDiff& row) {
    return row.size_diff != 0 || row.count_diff != 0;
}

std::int64_t difference(std::uint64_t new_value, std::uint64_t old_value) {
    return static_cast<std::int64_t>(new_value - old_value);
}

/// The arrows of a column stand below each other.
std::vector<std::string> join_by_arrow(
    const std::vector<std::pair<std::string, std::string>>& rows) {
    std::size_t left = 0;
    std::size_t right = 0;
    for (const auto& [from, to] : rows) {
        left = std::max(left, from.size());
        right = std::max(right, to.size());
    }
    std::vector<std::string> cells;
    for (const auto& [from, to] : rows) {
        cells.push_back(fmt::format("{:>{}} → {:>{}}", from, left, to, right));
    }
    return cells;
}

std::string change_text(std::int64_t size, std::int64_t count, Metric metric,
                        const Variance& variance) {
    const bool is_estimate = variance != Variance{};
    const bool is_one = count == 1 || count == -1;
    const char* const noun = is_traffic(metric) ? (is_one ? "allocation" : "allocations")
                                                : (is_one ? "block" : "blocks");
    const std::string sizes = format_size_change(size) +
                              (is_estimate ? " " + size_error_text(variance, magnitude(size)) : "");
    const std::string counts =
        fmt::format("{}{} {}", format_count_change(count),
                    is_estimate ? " " + count_error_text(variance) : "", noun);
    return ranks_by_count(metric) ? counts + ", " + sizes : sizes + ", " + counts;
}

Tone change_tone(const StatisticDiff& row, std::int64_t change) {
    return row.is_noise() ? Tone::faint : tone_of(change);
}

}  // namespace

void TextReport::comparison(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                            const Comparison& comparison) {
    comparison_head(old_snapshot, new_snapshot, comparison);
    std::vector<const StatisticDiff*> rows;
    std::size_t unchanged = 0;
    std::size_t cut = 0;
    StatisticDiff rest;
    for (const StatisticDiff& row : comparison.rows) {
        if (!is_changed(row)) {
            ++unchanged;
        } else if (options_.limit == 0 || rows.size() < options_.limit) {
            rows.push_back(&row);
        } else {
            ++cut;
            rest.size_diff += row.size_diff;
            rest.count_diff += row.count_diff;
            rest.diff_variance += row.diff_variance;
        }
    }
    if (rows.empty()) {
        output_.line("Nothing changed.");
    } else if (options_.group_by == GroupBy::traceback) {
        comparison_stacks(old_snapshot, new_snapshot, rows);
    } else {
        comparison_table(old_snapshot, new_snapshot, rows);
    }
    rest_line(cut, options_.cumulative == Cumulative::yes
                       ? "--limit 0 shows them"
                       : change_text(rest.size_diff, rest.count_diff, new_snapshot.metric,
                                     rest.diff_variance));
    if (unchanged > 0) {
        output_.line(palette_.paint(
            Tone::faint,
            fmt::format("  {} {} unchanged", format_count(unchanged), rows_text(unchanged))));
    }
    if (sampled_part(old_snapshot).any() || sampled_part(new_snapshot).any()) {
        put_error_note(output_, style(), true);
    }
}

void TextReport::comparison_head(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                                 const Comparison& comparison) {
    const Total& from = comparison.old_total;
    const Total& to = comparison.new_total;
    const std::int64_t size = difference(to.size, from.size);
    const Metric metric = new_snapshot.metric;
    const bool is_noise = comparison.is_noise();
    const std::string change =
        change_text(size, difference(to.count, from.count), metric, comparison.diff_variance) +
        (is_noise ? ": noise" : "");
    const std::string where = options_.filtered ? std::string(" let through by the filters")
                                                : std::string(" ") + state_text(metric);
    const std::string figures = fmt::format("{} → {} ({}){}", total_text(from, metric),
                                            total_text(to, metric), change, where);
    const bool breaks =
        comparison.diff_variance != Variance{} && display_width(figures) > options_.width;
    const char* const gap = breaks ? "\n  " : " ";
    output_.line(palette_.paint(Tone::strong, fmt::format("{}{}→ {}{}(", total_text(from, metric),
                                                          gap, total_text(to, metric), gap)) +
                 palette_.paint(is_noise ? Tone::faint : tone_of(size), change) +
                 palette_.paint(Tone::strong, ")") + where);
    for (const Snapshot* snapshot : {&old_snapshot, &new_snapshot}) {
        const bool is_old = snapshot == &old_snapshot;
        put_fact(output_, style(), is_old ? "old" : "new",
                 process_text(snapshot->info,
                              options_.width - std::min<std::size_t>(12, options_.width)));
        put_fact(output_, style(), "taken", moment_text(snapshot->info));
        put_estimate(output_, style(), *snapshot);
        put_fact(output_, style(), "peak", format_size(snapshot->info.peak_traced_bytes));
        put_limits(output_, style(), *snapshot);
        put_symbol_gap(output_, style(), *snapshot, table_);
    }
    if (old_snapshot.info.nframe != new_snapshot.info.nframe &&
        (options_.group_by == GroupBy::traceback || options_.cumulative == Cumulative::yes)) {
        put_fact(output_, style(), "note",
                 "the dumps keep different numbers of frames: deep tracebacks do not match",
                 Tone::warning);
    }
    output_.line("");
    cumulative_note();
}

void TextReport::comparison_table(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                                  const std::vector<const StatisticDiff*>& rows) {
    LineFunctions functions(table_, lines_of(rows, rows.size()));
    if (options_.group_by == GroupBy::lineno) {
        functions.learn(new_snapshot, options_.attributed, options_.cumulative);
        functions.learn(old_snapshot, options_.attributed, options_.cumulative);
    }
    std::vector<std::pair<std::string, std::string>> sizes;
    std::vector<std::pair<std::string, std::string>> counts;
    for (const StatisticDiff* row : rows) {
        const Total old_total = old_of(*row);
        sizes.emplace_back(format_size(old_total.size), format_size(row->size));
        counts.emplace_back(format_count(old_total.count), format_count(row->count));
    }
    const std::vector<std::string> size_cells = join_by_arrow(sizes);
    const std::vector<std::string> count_cells = join_by_arrow(counts);
    const bool has_counts = options_.width >= kWidthForCounts;
    const Metric metric = new_snapshot.metric;
    const bool count_first = ranks_by_count(metric);
    std::vector<std::string> titles = {"change", "±",         "old → new", count_title(metric),
                                       "±",      "old → new", ""};
    if (count_first) {
        titles[0] = count_title(metric);
        titles[3] = "size";
    }
    TextTable table(titles, rows_text(1));
    const bool has_errors = sampled_part(old_snapshot).any() || sampled_part(new_snapshot).any();
    table.show(1, has_errors);
    table.show(4, has_errors && has_counts && options_.width >= kWidthForCountErrors);
    table.show(5, has_counts);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const StatisticDiff& row = *rows[at];
        const Change change = change_of(row);
        const Tone quiet = row.is_noise() ? Tone::faint : Tone::plain;
        std::vector<TextCell> cells = {
            {format_size_change(row.size_diff), change_tone(row, row.size_diff)},
            {size_error_text(row.diff_variance, magnitude(row.size_diff)), quiet},
            {size_cells[at], quiet},
            {format_count_change(row.count_diff), change_tone(row, row.count_diff)},
            {count_error_text(row.diff_variance), quiet},
            {count_cells[at], quiet},
            {change.word, change.tone}};
        if (count_first) {
            std::swap_ranges(cells.begin(), cells.begin() + 3, cells.begin() + 3);
        }
        table.add(std::move(cells),
                  place_of(functions.named(row.traceback.front()), options_.group_by), {}, quiet);
    }
    table.print(output_, options_.width, palette_);
}

void TextReport::comparison_stacks(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                                   const std::vector<const StatisticDiff*>& rows) {
    std::vector<const std::vector<FrameId>*> keys;
    for (const StatisticDiff* row : rows) {
        keys.push_back(&row->traceback);
    }
    const ShownStacks old_stacks(old_snapshot, table_, options_.attributed, keys);
    const ShownStacks new_stacks(new_snapshot, table_, options_.attributed, keys);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const StatisticDiff& row = *rows[at];
        const Change change = change_of(row);
        const Total old_total = old_of(row);
        output_.line(fmt::format(
            "{:>4}  {}  {}: {} → {} in {} → {}", fmt::format("#{}", at + 1),
            palette_.paint(change.tone, change_text(row.size_diff, row.count_diff,
                                                    new_snapshot.metric, row.diff_variance)),
            palette_.paint(change.tone, change.word), format_size(old_total.size),
            format_size(row.size), format_count(old_total.count),
            count_text({row.size, row.count}, new_snapshot.metric)));
        const Traceback* newest = new_stacks.find(row.traceback);
        const bool is_new = newest != nullptr;
        stack(row.traceback, is_new ? newest : old_stacks.find(row.traceback),
              is_new ? new_snapshot.info.nframe : old_snapshot.info.nframe);
        output_.line("");
    }
}

}  // namespace tracemalloc::analyze
