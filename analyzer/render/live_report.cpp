// SPDX-License-Identifier: MIT
#include "analyzer/render/live_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/bar.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/moment.h"
#include "analyzer/render/place.h"
#include "analyzer/render/report.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_summary.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

using Rows = std::vector<const StatisticDiff*>;

const char* name_of(LiveOrder order) {
    return order == LiveOrder::growth ? "growth" : order == LiveOrder::blocks ? "blocks" : "size";
}

/// The first `count` rows in the view's order. Ties stand as in the comparison.
Rows first_rows(const LiveView& view, std::size_t count) {
    Rows rows;
    for (const StatisticDiff& row : view.change.rows) {
        if (row.count > 0 || row.size_diff != 0) {
            rows.push_back(&row);
        }
    }
    const auto worth = [&](const StatisticDiff* row) {
        switch (view.order) {
            case LiveOrder::growth:
                return row->size_diff;
            case LiveOrder::blocks:
                return static_cast<std::int64_t>(row->count);
            case LiveOrder::size:
                break;
        }
        return static_cast<std::int64_t>(row->size);
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const StatisticDiff* a, const StatisticDiff* b) {
        return worth(a) > worth(b);
    });
    rows.resize(std::min(rows.size(), count));
    return rows;
}

std::int64_t size_change(const LiveView& view) {
    return static_cast<std::int64_t>(view.change.new_total.size - view.change.old_total.size);
}

std::int64_t count_change(const LiveView& view) {
    return static_cast<std::int64_t>(view.change.new_total.count - view.change.old_total.count);
}

std::string rate_text(const LiveView& view) {
    return format_size_change(static_cast<std::int64_t>(view.bytes_per_second)) + "/s";
}

Tone tone_of(std::int64_t change) {
    return change > 0 ? Tone::growth : change < 0 ? Tone::shrink : Tone::plain;
}

class Screen {
public:
    Screen(Output& output, const LiveScreen& screen)
        : output_(output), screen_(screen), palette_(screen.colour) {}

    /// Nothing is written below the last line of the terminal: it would scroll.
    void line(Tone tone, std::string_view text) {
        if (used_ < screen_.height) {
            output_.line(palette_.paint(tone, shorten_end(text, screen_.width)));
            ++used_;
        }
    }
    [[nodiscard]] std::size_t left() const { return screen_.height - used_; }
    [[nodiscard]] const Palette& palette() const { return palette_; }

    void table(const FrameTable& frames, const Snapshot& snapshot, const LiveView& view,
               std::size_t count) {
        const Rows rows = first_rows(view, count);
        LineFunctions functions(frames, lines_of(rows, rows.size()));
        if (view.group_by == GroupBy::lineno) {
            functions.learn(snapshot, screen_.attributed, Cumulative::no);
        }
        TextTable table({"size", "±", "share", "change", "±", "blocks", "change"},
                        row_noun(view.group_by));
        const bool has_errors = sampled_part(snapshot).any();
        table.show(1, has_errors);
        table.show(4, has_errors);
        for (const StatisticDiff* row : rows) {
            table.add({{format_size(row->size), Tone::strong},
                       {size_error_text(row->variance, row->size)},
                       {format_share(row->size, view.total.size)},
                       {format_size_change(row->size_diff),
                        row->is_noise() ? Tone::faint : tone_of(row->size_diff)},
                       {size_error_text(row->diff_variance, magnitude(row->size_diff))},
                       {format_count(row->count)},
                       {format_count_change(row->count_diff), tone_of(row->count_diff)}},
                      place_of(functions.named(row->traceback.front()), view.group_by));
        }
        table.print(output_, screen_.width, palette_);
    }

private:
    Output& output_;
    LiveScreen screen_;
    Palette palette_;
    std::size_t used_ = 0;
};

std::string history_text(const LiveView& view, std::size_t width) {
    const std::size_t shown = std::min(view.history.size(), width);
    const auto from = view.history.end() - static_cast<std::ptrdiff_t>(shown);
    const auto [least, most] = std::minmax_element(from, view.history.end());
    std::string marks;
    for (auto at = from; at != view.history.end(); ++at) {
        marks += level_mark(*at, *most);
    }
    return fmt::format("{}  {} to {}", marks, format_size(*least), format_size(*most));
}

}  // namespace

void put_live_screen(Output& output, const FrameTable& table, const Snapshot& snapshot,
                     const LiveView& view, const LiveScreen& screen) {
    constexpr std::size_t kHistoryFigures = 30;
    constexpr std::size_t kTableAndKeys = 3;
    Screen lines(output, screen);
    const SnapshotInfo& info = view.info;
    lines.line(Tone::strong, process_text(info, screen.width));
    lines.line(Tone::plain, fmt::format("live {}   peak {}   resident {}   {}",
                                        total_text(view.total), format_size(info.peak_traced_bytes),
                                        format_size(info.rss_bytes), rate_text(view)));
    lines.line(Tone::plain,
               fmt::format("since the {} {} ago: {}, {} blocks", view.since_mark ? "mark" : "start",
                           format_duration(view.compared_ns), format_size_change(size_change(view)),
                           format_count_change(count_change(view))));
    if (const SampledPart part = sampled_part(snapshot); part.any()) {
        lines.line(Tone::plain, estimate_text(part));
    }
    if (!view.history.empty()) {
        lines.line(Tone::function,
                   history_text(view, screen.width - std::min(screen.width, kHistoryFigures)));
    }
    const std::string state =
        fmt::format("{}, by {}, largest {} first; stood still for {}; {}",
                    view.paused ? "paused" : fmt::format("every {:.4g} s", view.interval_s),
                    row_noun(view.group_by), name_of(view.order), format_duration(info.pause_ns),
                    format_time(info.unix_ns));
    lines.line(view.note.empty() ? Tone::faint : Tone::warning,
               view.note.empty() ? state : printable(view.note));
    if (lines.left() > kTableAndKeys) {
        lines.table(table, snapshot, view, lines.left() - kTableAndKeys);
    }
}

void put_live_line(Output& output, const FrameTable& table, const LiveView& view) {
    const SnapshotInfo& info = view.info;
    std::string text = fmt::format("{}  {}  peak {}  resident {}  {}  {} since the start",
                                   format_time(info.unix_ns), total_text(view.total),
                                   format_size(info.peak_traced_bytes), format_size(info.rss_bytes),
                                   rate_text(view), format_size_change(size_change(view)));
    const auto name = [&](const StatisticDiff* row) {
        const Place place = place_of(table[row->traceback.front()], view.group_by);
        return place.path.substr(place.path.rfind('/') + 1) + place.suffix +
               (place.function.empty() ? "" : " " + place.function);
    };
    LiveView by_size = view;
    by_size.order = LiveOrder::size;
    for (const StatisticDiff* row : first_rows(by_size, 1)) {
        text += fmt::format("  largest: {} {}", name(row), format_size(row->size));
    }
    by_size.order = LiveOrder::growth;
    for (const StatisticDiff* row : first_rows(by_size, 1)) {
        if (row->size_diff > 0) {
            text += fmt::format("  grown: {} {}", name(row), format_size_change(row->size_diff));
        }
    }
    output.line(text);
}

}  // namespace tracemalloc::analyze
