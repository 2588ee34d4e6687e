// SPDX-License-Identifier: MIT
#include "analyzer/render/text_table.h"

#include <algorithm>
#include <utility>

#include "analyzer/render/terminal_text.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::string_view kGap = "  ";
/// In a terminal narrower than the figures the place still says something, and the line wraps.
constexpr std::size_t kLeastPlace = 20;

std::string aligned(const TextCell& cell, std::size_t width, const Palette& palette) {
    const std::size_t taken = display_width(cell.text);
    return std::string(width - std::min(width, taken), ' ') + palette.paint(cell.tone, cell.text);
}

}  // namespace

TextTable::TextTable(std::vector<std::string> titles, std::string place_title)
    : titles_(std::move(titles)),
      is_shown_(titles_.size(), true),
      place_title_(std::move(place_title)) {}

void TextTable::add(std::vector<TextCell> figures, Place place, std::vector<TextCell> lead,
                    Tone place_tone) {
    rows_.push_back({std::move(figures), std::move(place), std::move(lead), place_tone});
}

void TextTable::print(Output& output, std::size_t width, const Palette& palette) const {
    std::vector<std::size_t> widths(titles_.size());
    std::size_t used = 0;
    std::string head;
    for (std::size_t column = 0; column < titles_.size(); ++column) {
        if (!is_shown_[column]) {
            continue;
        }
        widths[column] = display_width(titles_[column]);
        for (const Row& row : rows_) {
            widths[column] = std::max(widths[column], display_width(row.figures[column].text));
        }
        used += widths[column] + kGap.size();
        head += aligned({titles_[column], Tone::title}, widths[column], palette);
        head += kGap;
    }
    output.line(head + palette.paint(Tone::title, place_title_));
    const std::size_t left = std::max(kLeastPlace, width - std::min(width, used));
    for (const Row& row : rows_) {
        std::string text;
        for (std::size_t column = 0; column < titles_.size(); ++column) {
            if (!is_shown_[column]) {
                continue;
            }
            text += aligned(row.figures[column], widths[column], palette);
            text += kGap;
        }
        std::size_t taken = 0;
        for (const TextCell& cell : row.lead) {
            taken += display_width(cell.text);
            text += palette.paint(cell.tone, cell.text);
        }
        output.line(text +
                    fit_place(row.place, left - std::min(left, taken), palette, row.place_tone));
    }
}

}  // namespace tracemalloc::analyze
