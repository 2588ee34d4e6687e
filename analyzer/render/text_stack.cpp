// SPDX-License-Identifier: MIT
//
// A stack, one line a frame, and what is not shown of it.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/render/human_number.h"
#include "analyzer/render/place.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_report.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kStackIndent = "      ";
constexpr std::string_view kSetAsideIndent = "    · ";  // tells without colour what is dimmed
constexpr std::string_view kSourceIndent = "          ";

/// Frames that inlining added were not captured, so they do not count against nframe.
std::size_t captured_frames(const Traceback& traceback, const FrameTable& table) {
    return static_cast<std::size_t>(std::count_if(traceback.frames.begin(), traceback.frames.end(),
                                                  [&](FrameId id) { return !table[id].inlined; }));
}

/// The room behind an indent, which has as many columns as characters that begin one.
std::size_t room(std::size_t width, std::string_view indent) {
    const std::size_t used = display_width(indent);
    return width - std::min(width, used);
}

}  // namespace

std::string TextReport::frame_lines(FrameId frame, Tone tone) const {
    Place place = place_of(table_[frame], GroupBy::traceback);
    const bool is_set_aside = tone == Tone::faint;
    if (is_set_aside && table_[frame].hands_on) {
        place.remark = "[returns the block]";
    }
    std::string text = palette_.paint(tone, is_set_aside ? kSetAsideIndent : kStackIndent) +
                       fit_place(place, room(options_.width, kStackIndent), palette_, tone);
    const auto& source_line = options_.stacks.source_line;
    std::string source = source_line ? source_line(table_[frame]) : std::string();
    if (!source.empty()) {
        std::replace(source.begin(), source.end(), '\t', ' ');
        const std::string shown =
            shorten_end(printable(source), room(options_.width, kSourceIndent));
        text.append("\n").append(kSourceIndent) += palette_.paint(Tone::faint, shown);
    }
    return text;
}

std::string TextReport::end_of_stack(const Traceback& traceback, std::uint32_t nframe) const {
    const bool limit = captured_frames(traceback, table_) >= nframe;
    const std::string text =
        limit ? fmt::format("… cut here: deeper than nframe, {}", format_count(nframe))
              : std::string("… unfinished: the unwinder could not go on");
    return std::string(kStackIndent) + palette_.paint(Tone::warning, text);
}

void TextReport::add_frames(std::span<const FrameId> frames,
                            std::vector<std::string>& lines) const {
    const auto left_out = [&](std::size_t count, const char* which) {
        if (count > 0) {
            const std::string text = fmt::format("… {} {} {}", format_count(count), which,
                                                 count == 1 ? "frame" : "frames");
            lines.push_back(std::string(kStackIndent) + palette_.paint(Tone::faint, text));
        }
    };
    const ShownFrames shown = shown_frames(frames, options_.stacks.frame_limit);
    left_out(shown.more_recent, "more recent");
    for (const FrameId frame : shown.frames) {
        lines.push_back(frame_lines(frame, Tone::plain));
    }
    left_out(shown.older, "older");
}

void TextReport::put_stack(std::vector<std::string> lines) {
    if (options_.stacks.oldest_first) {
        std::reverse(lines.begin(), lines.end());
    }
    for (const std::string& line : lines) {
        output_.line(line);
    }
}

/// A limit counts the frames that statistics know, so it hides those that are set aside.
void TextReport::stack(const Traceback& traceback, std::uint32_t nframe) {
    const std::size_t set_aside = options_.attributed ? traceback.set_aside : 0;
    const std::span<const FrameId> frames = traceback.frames;
    std::vector<std::string> lines;
    if (options_.stacks.frame_limit == 0) {
        for (const FrameId frame : frames.first(set_aside)) {
            lines.push_back(frame_lines(frame, Tone::faint));
        }
    }
    add_frames(frames.subspan(set_aside), lines);
    if (!traceback.total_nframe) {
        lines.push_back(end_of_stack(traceback, nframe));
    }
    put_stack(std::move(lines));
}

void TextReport::stack(const std::vector<FrameId>& key, const Traceback* traceback,
                       std::uint32_t nframe) {
    if (traceback != nullptr) {
        stack(*traceback, nframe);
        return;
    }
    std::vector<std::string> lines;
    add_frames(key, lines);
    put_stack(std::move(lines));
}

}  // namespace tracemalloc::analyze
