// SPDX-License-Identifier: MIT
//
// What the text reports share: stacks, the line for the rest, the word for a row.
#include "analyzer/render/text_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/human_number.h"
#include "analyzer/render/place.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kStackIndent = "      ";
constexpr std::string_view kSetAsideIndent = "    · ";  // tells without colour what is dimmed

/// Frames that inlining added were not captured, so they do not count against nframe.
std::size_t captured_frames(const Traceback& traceback, const FrameTable& table) {
    return static_cast<std::size_t>(std::count_if(traceback.frames.begin(), traceback.frames.end(),
                                                  [&](FrameId id) { return !table[id].inlined; }));
}

}  // namespace

TextReport::TextReport(Output& output, const FrameTable& table, const ReportOptions& options)
    : output_(output), table_(table), options_(options), palette_(options.colour) {}

std::string TextReport::rows_text(std::size_t rows) const {
    return fmt::format("{}{}", row_noun(options_.group_by), rows == 1 ? "" : "s");
}

void TextReport::rest_line(std::size_t rows, const std::string& sum) {
    if (rows > 0) {
        const std::string text =
            fmt::format("… {} more {}: {}", format_count(rows), rows_text(rows), sum);
        output_.line(palette_.paint(Tone::faint, text));
    }
}

void TextReport::cumulative_note() {
    if (options_.cumulative == Cumulative::yes) {
        output_.line(palette_.paint(
            Tone::faint,
            "Cumulative: a block counts for every frame of its traceback, once for each time a "
            "recursive\nframe occurs in it, so rows overlap and add up to more than the total."));
    }
}

void TextReport::frame_line(FrameId frame, Tone tone) {
    const std::size_t width = options_.width - std::min(options_.width, kStackIndent.size());
    const Place place = place_of(table_[frame], GroupBy::traceback);
    const bool is_set_aside = tone == Tone::faint;
    output_.line(palette_.paint(tone, is_set_aside ? kSetAsideIndent : kStackIndent) +
                 fit_place(place, width, palette_, tone));
}

void TextReport::end_of_stack(const Traceback& traceback, std::uint32_t nframe) {
    if (traceback.total_nframe) {
        return;
    }
    const bool limit = captured_frames(traceback, table_) >= nframe;
    const std::string text =
        limit ? fmt::format("… cut here: deeper than nframe, {}", format_count(nframe))
              : std::string("… unfinished: the unwinder could not go on");
    output_.line(std::string(kStackIndent) + palette_.paint(Tone::warning, text));
}

void TextReport::stack(const Traceback& traceback, std::uint32_t nframe) {
    const std::size_t set_aside = options_.attributed ? traceback.set_aside : 0;
    for (std::size_t at = 0; at < traceback.frames.size(); ++at) {
        frame_line(traceback.frames[at], at < set_aside ? Tone::faint : Tone::plain);
    }
    end_of_stack(traceback, nframe);
}

void TextReport::stack(const std::vector<FrameId>& key, const Traceback* traceback,
                       std::uint32_t nframe) {
    if (traceback != nullptr) {
        stack(*traceback, nframe);
        return;
    }
    for (const FrameId frame : key) {
        frame_line(frame, Tone::plain);
    }
}

}  // namespace tracemalloc::analyze
