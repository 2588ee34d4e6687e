// SPDX-License-Identifier: MIT
//
// The figures stand left of the tree, so that they line up whatever its depth.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analyzer/render/error_figures.h"
#include "analyzer/render/function_name.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/metric_text.h"
#include "analyzer/render/place.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"
#include "analyzer/render/text_table.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kJoin = " › ";
constexpr std::string_view kCallers = " ‹ ";
constexpr std::size_t kChainName = 24;
/// What the lines of a tree and the chain may take at most, so that the place is still read.
constexpr std::size_t kDeepestPart = 2;

/// A module without source is told by its file's name: in a tree the folders only take room.
Place brief_place(const Frame& frame) {
    Place place = place_of(frame, GroupBy::traceback);
    if (!frame.filename.is_known()) {
        place.path = place.path.substr(place.path.rfind('/') + 1);
    }
    return place;
}

std::string short_name(const Frame& frame) {
    if (frame.function.is_known()) {
        return shorten_function(printable(frame.function.text()), kChainName);
    }
    const Place place = brief_place(frame);
    return place.path.substr(place.path.rfind('/') + 1) + place.suffix;
}

class TreeText {
public:
    TreeText(const CallTree& tree, const FrameTable& table, std::size_t width)
        : tree_(tree), table_(table), width_(width) {}

    /// The lines that lead from the rows above to this one.
    std::string guide(const std::vector<TreeRow>& rows, std::size_t at) {
        const TreeRow& row = rows[at];
        const std::string before =
            row.parent == TreeRow::kNoParent ? std::string() : below_[row.parent];
        below_.resize(at + 1);
        if (row.straight) {
            below_[at] = before;
            return cropped(before);
        }
        below_[at] = before + (row.last ? "   " : "│  ");
        return cropped(before + (row.last ? "└─ " : "├─ "));
    }

    /// "main › … 3 › ": the calls joined before the last one, as far as there is room for them.
    std::string chain(const TreeRow& row, std::size_t used) const {
        const std::size_t half = width_ / kDeepestPart;
        std::string some = joined(row.chain, kJoin, half - std::min(half, used));
        return some.empty() ? some : some + std::string(kJoin);
    }

    /// "‹ parse ‹ … 2 ‹ main": the callers joined behind the first one.
    std::string callers(const TreeRow& row) const {
        if (row.chain.empty()) {
            return {};
        }
        std::vector<std::uint32_t> nodes(row.chain.begin() + 1, row.chain.end());
        nodes.push_back(row.node);
        return std::string(kCallers.substr(1)) +
               joined(nodes, kCallers, width_ / kDeepestPart - kCallers.size());
    }

private:
    /// All names, else the first one and how many follow, else only how many there are.
    [[nodiscard]] std::string joined(const std::vector<std::uint32_t>& nodes, std::string_view join,
                                     std::size_t room) const {
        if (nodes.empty()) {
            return {};
        }
        const auto name = [&](std::uint32_t node) {
            return short_name(table_[tree_.nodes[node].frame]);
        };
        std::string whole = name(nodes.front());
        const std::string some =
            whole + fmt::format("{}… {}", join, format_count(nodes.size() - 1));
        for (std::size_t at = 1; at < nodes.size(); ++at) {
            whole += std::string(join) + name(nodes[at]);
        }
        return display_width(whole) <= room ? whole
               : nodes.size() > 1 && display_width(some) <= room
                   ? some
                   : fmt::format("… {}", nodes.size());
    }

    /// Of a line deeper than there is room for, the end is shown: there the rows differ.
    [[nodiscard]] std::string cropped(const std::string& text) const {
        return shorten_start(text, width_ / kDeepestPart);
    }

    const CallTree& tree_;
    const FrameTable& table_;
    std::size_t width_;
    std::vector<std::string> below_;  ///< by row: what leads to the rows below it
};

Place sum_place(const TreeRow& row) {
    Place place;
    place.path = row.kind == TreeRow::Kind::own
                     ? "allocated by the call itself"
                     : fmt::format("… {} more", format_count(row.branches));
    return place;
}

/// Of calls that share a row the one nearest to the allocation has the place.
Place call_place(const CallNode& node, const FrameTable& table, std::uint32_t nframe) {
    Place place;
    if (node.kind == CallKind::frame) {
        place = brief_place(table[node.frame]);
    } else {
        place.path = fmt::format("[callers not recorded: beyond {}, or lost]",
                                 format_quantity(nframe, "frame", "frames"));
    }
    place.function_first = !place.function.empty();
    return place;
}

}  // namespace

void TextReport::tree(const Snapshot& snapshot, const CallTree& tree, const TreeOptions& options) {
    put_summary(output_, style(), snapshot, table_);
    output_.line("");
    const std::vector<TreeRow> rows = lay_out_tree(tree, options);
    if (rows.empty()) {
        output_.line(options_.filtered ? "No block is let through by the filters."
                                       : nothing_text(snapshot.metric));
        return;
    }
    const Metric metric = snapshot.metric;
    std::vector<std::string> titles = {"size", "±", "share", count_title(metric)};
    if (ranks_by_count(metric)) {
        std::swap(titles[0], titles[3]);
    }
    TextTable table(titles, options.callers_first ? "calls, outermost first"
                                                  : "allocating lines, with their callers below");
    const bool has_errors = sampled_part(snapshot).any();
    table.show(1, has_errors);
    const std::size_t figures = has_errors ? 38 : 27;
    TreeText text(tree, table_, options_.width - std::min(options_.width, figures));
    bool has_rest = false;
    bool has_chain = false;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        const TreeRow& row = rows[at];
        const bool is_call = row.kind == TreeRow::Kind::call;
        const std::string guide = text.guide(rows, at);
        const bool down = options.callers_first;
        const std::string chain = down ? text.chain(row, display_width(guide)) : std::string();
        Place place = sum_place(row);
        if (is_call) {
            const bool first = !down && !row.chain.empty();
            place = call_place(tree.nodes[first ? row.chain.front() : row.node], table_,
                               snapshot.info.nframe);
            place.remark = (down ? "" : text.callers(row)) + (row.deeper ? " …" : "");
        }
        has_rest |= row.kind == TreeRow::Kind::rest;
        has_chain |= !row.chain.empty();
        std::vector<TextCell> cells = {{format_size(row.total.size)},
                                       {size_error_text(row.total.variance, row.total.size)},
                                       {format_share(ranked_part(row.total, metric),
                                                     ranked_part(tree.root().total.now, metric))},
                                       {format_count(row.total.count)}};
        if (ranks_by_count(metric)) {
            std::swap(cells[0], cells[3]);
            cells[1].text = count_error_text(row.total.variance);
        }
        cells.front().tone = is_call ? Tone::strong : Tone::faint;
        table.add(std::move(cells), std::move(place),
                  {{guide, Tone::faint}, {chain, Tone::function}},
                  is_call ? Tone::plain : Tone::faint);
    }
    table.print(output_, options_.width, palette_);
    tree_note(has_rest, has_chain, options);
    if (has_errors) {
        put_error_note(output_, style(), false);
    }
}

void TextReport::tree_note(bool has_rest, bool has_chain, const TreeOptions& options) {
    std::string note;
    if (has_rest) {
        note = fmt::format("Summed: below {:.4g}% (--min-share)", 100 * options.least_share);
        note +=
            options.branches == 0
                ? "."
                : fmt::format(", or after the {} largest of a call (--limit).", options.branches);
    }
    if (has_chain) {
        note += std::string(note.empty() ? "" : "\n") +
                "Calls with nothing beside them share a line; --every-frame gives each its own.";
    }
    if (!note.empty()) {
        output_.line(palette_.paint(Tone::faint, note));
    }
}

}  // namespace tracemalloc::analyze
