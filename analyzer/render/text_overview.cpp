// SPDX-License-Identifier: MIT
//
// One screen: how much, how resident memory divides, the lines that hold most, block sizes, what is
// missing, what to type next. A picture never stands without its figures.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/bar.h"
#include "analyzer/render/error_figures.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/line_functions.h"
#include "analyzer/render/symbol_gap.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kNameColumns = 12;
constexpr std::size_t kWideTerminal = 120;

struct UseStyle {
    const char* name;
    const char* mark;
    Tone tone;
};

UseStyle style_of(MemoryUse use, bool allocator_known) {
    switch (use) {
        case MemoryUse::live:
            return {"live", "█", Tone::function};
        case MemoryUse::overhead:
            return {"allocator overhead", "▓", Tone::warning};
        case MemoryUse::free:
            return {"free in the allocator", "░", Tone::shrink};
        case MemoryUse::tracer:
            return {"the tracer's own", "▒", Tone::plain};
        case MemoryUse::other:
            break;
    }
    return {allocator_known ? "code, stacks, files" : "allocator, code, stacks, files", "·",
            Tone::faint};
}

std::string leak_text(const Snapshot& snapshot) {
    const auto [direct, indirect] = snapshot.unreachable();
    if (direct.count + indirect.count == 0) {
        return "none: every block can be reached";
    }
    return total_text(direct) + " that nothing points to, " + total_text(indirect) + " behind them";
}

/// "1", "64", "4K", "128K", "2M": the lower end of a size class.
std::string class_name(std::uint64_t least) {
    static constexpr const char* kUnits[] = {"", "K", "M", "G", "T", "P", "E"};
    std::size_t unit = 0;
    for (; least >= 1024; least /= 1024) {
        ++unit;
    }
    return fmt::format("{}{}", least, kUnits[unit]);
}

/// "873", "9.5K", "12M": a figure of at most five columns.
std::string brief_number(std::uint64_t number, double step) {
    static constexpr const char* kUnits[] = {"", "K", "M", "G", "T", "P", "E"};
    auto value = static_cast<double>(number);
    std::size_t unit = 0;
    for (; value >= 1000; value /= step) {
        ++unit;
    }
    return unit > 0 && value < 9.95 ? fmt::format("{:.1f}{}", value, kUnits[unit])
                                    : fmt::format("{:.0f}{}", value, kUnits[unit]);
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t taken = display_width(text);
    return std::string(text) + std::string(width - std::min(width, taken), ' ');
}

std::string trimmed(const std::string& text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// Columns of equal width, one for each size class.
struct Histogram {
    std::string marks;
    std::string figures;

    void add(std::uint64_t part, std::uint64_t most, double step, std::size_t cell) {
        marks += repeated(level_mark(part, most), cell - 1) + " ";
        figures += padded(part > 0 ? brief_number(part, step) : "", cell);
    }
};

}  // namespace

void TextReport::overview_memory(const MemoryDivision& memory) {
    if (memory.resident == 0 || memory.parts.empty()) {
        return;
    }
    std::vector<std::uint64_t> sizes;
    std::uint64_t whole = 0;
    for (const MemoryPart& part : memory.parts) {
        sizes.push_back(part.bytes);
        whole += part.bytes;
    }
    const std::size_t width = options_.width - std::min(options_.width, kNameColumns);
    const std::string total = format_size(memory.resident) + "  ";
    const auto columns = divide_columns(sizes, width - std::min(width, total.size()));
    std::string bar = palette_.paint(Tone::strong, total);
    std::string legend;
    std::size_t used = 0;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < memory.parts.size(); ++at) {
        const UseStyle use = style_of(memory.parts[at].use, memory.allocator_known);
        bar += palette_.paint(use.tone, repeated(use.mark, columns[at]));
        const std::string text = fmt::format(" {} {} {}", use.name, format_size(sizes[at]),
                                             format_share(sizes[at], whole));
        const std::size_t taken = display_width(text) + 1 + (legend.empty() ? 0 : 3);
        if (!legend.empty() && used + taken > width) {
            lines.push_back(legend);
            legend.clear();
            used = 0;
        }
        legend += (legend.empty() ? "" : "   ") + palette_.paint(use.tone, use.mark) + text;
        used += taken;
    }
    lines.push_back(legend);
    put_fact(output_, style(), "resident", bar);
    for (const std::string& line : lines) {
        put_fact(output_, style(), "", line);
    }
    if (memory.absent > 0) {
        put_fact(output_, style(), "",
                 fmt::format("{} of it is not resident: untouched, given back or swapped out",
                             format_size(memory.absent)),
                 Tone::faint);
    }
}

void TextReport::overview_symbols(const Snapshot& snapshot) {
    std::uint64_t bytes = 0;
    for (const auto& rung : snapshot.coverage.rungs) {
        bytes += rung.size;
    }
    std::string text;
    for (const auto& rung : snapshot.coverage.rungs) {
        if (rung.size > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", format_share(rung.size, bytes),
                                rung.name);
        }
    }
    if (text.empty()) {
        return;
    }
    const SymbolGap gap = find_symbol_gap(snapshot, table_, options_.attributed);
    const bool is_gap = gap.is_noteworthy();
    text += " (of the bytes)" + (is_gap ? "; no lines: " + name_modules(gap.modules) : "");
    const std::size_t width = options_.width - std::min(options_.width, kNameColumns);
    put_fact(output_, style(), "symbols", shorten_end(text, width),
             is_gap ? Tone::warning : Tone::plain);
}

void TextReport::overview_lines(const Snapshot& snapshot, const Statistics& lines) {
    const std::size_t shown = shown_rows(lines.rows.size(), options_.limit);
    LineFunctions functions(table_, lines_of(lines.rows, shown));
    functions.learn(snapshot, options_.attributed, Cumulative::no);
    const std::size_t bar = options_.width >= kWideTerminal ? 24 : 10;
    TextTable table({"size", "±", "share", std::string(bar, ' '), "blocks"}, "line");
    const bool has_errors = sampled_part(snapshot).any();
    table.show(1, has_errors);
    Total rest;
    for (std::size_t at = 0; at < lines.rows.size(); ++at) {
        const Statistic& row = lines.rows[at];
        if (at >= shown) {
            rest += row.total();
            continue;
        }
        table.add({{format_size(row.size), Tone::strong},
                   {size_error_text(row.variance, row.size)},
                   {format_share(row.size, lines.total.size)},
                   {share_bar(row.size, lines.total.size, bar), Tone::function},
                   {format_count(row.count)}},
                  place_of(functions.named(row.traceback.front()), GroupBy::lineno));
    }
    table.print(output_, options_.width, palette_);
    rest_line(lines.rows.size() - shown, total_text(rest));
    if (has_errors) {
        put_error_note(output_, style(), false);
    }
}

void TextReport::overview_sizes(const std::vector<SizeClass>& sizes) {
    constexpr std::size_t kLeastCell = 2;
    constexpr std::size_t kFigureCell = 6;
    constexpr std::size_t kMostCell = 9;
    constexpr std::size_t kLabel = 5;
    const std::size_t room = options_.width - std::min(options_.width, kNameColumns);
    const std::size_t cell = std::clamp(room / sizes.size(), kLeastCell, kMostCell);
    const std::size_t labelled = (kLabel + cell - 1) / cell;
    Total most;
    for (const SizeClass& each : sizes) {
        most.size = std::max<std::uint64_t>(most.size, each.total.size);
        most.count = std::max<std::uint64_t>(most.count, each.total.count);
    }
    std::string labels;
    Histogram bytes;
    Histogram blocks;
    for (std::size_t at = 0; at < sizes.size(); ++at) {
        const SizeClass& each = sizes[at];
        if (at % labelled == 0) {
            labels += padded(class_name(each.least), cell * labelled);
        }
        bytes.add(each.total.size, most.size, 1024, cell);
        blocks.add(each.total.count, most.count, 1000, cell);
    }
    put_fact(output_, style(), "from size", trimmed(labels));
    for (const Histogram* one : {&bytes, &blocks}) {
        put_fact(output_, style(), one == &bytes ? "bytes" : "blocks", trimmed(one->marks),
                 Tone::function);
        if (cell >= kFigureCell) {
            put_fact(output_, style(), "", trimmed(one->figures));
        }
    }
}

void TextReport::overview(const Snapshot& snapshot, const Overview& overview) {
    put_identity(output_, style(), snapshot);
    overview_memory(overview.memory);
    if (snapshot.info.leaks_known) {
        put_fact(output_, style(), "leaks", leak_text(snapshot));
    }
    put_fact(
        output_, style(), "calls",
        shorten_end(calls_text(snapshot), options_.width - std::min(options_.width, kNameColumns)));
    put_limits(output_, style(), snapshot);
    overview_symbols(snapshot);
    output_.line("");
    if (overview.lines.rows.empty()) {
        output_.line(options_.filtered ? "No block is let through by the filters."
                                       : "No block is live.");
    } else {
        overview_lines(snapshot, overview.lines);
        output_.line("");
        overview_sizes(overview.sizes);
    }
    for (std::size_t at = 0; at < overview.next.size(); ++at) {
        put_fact(output_, style(), at == 0 ? "next" : "", printable(overview.next[at]));
    }
}

}  // namespace tracemalloc::analyze
