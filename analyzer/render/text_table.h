// SPDX-License-Identifier: MIT
//
// Rows of right-aligned figures and one place. Figures are never cut: their columns are as wide as
// they must be, and the place takes what the terminal leaves.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/render/output.h"
#include "analyzer/render/palette.h"
#include "analyzer/render/place.h"

namespace tracemalloc::analyze {

struct TextCell {
    std::string text;
    Tone tone = Tone::plain;
};

class TextTable {
public:
    /// One title for each figure; the place has the last one.
    TextTable(std::vector<std::string> titles, std::string place_title);

    /// Of columns that only some reports have.
    void show(std::size_t column, bool shown) { is_shown_[column] = shown; }
    /// `figures` has as many cells as there are titles. `lead` stands directly before the place.
    void add(std::vector<TextCell> figures, Place place, std::vector<TextCell> lead = {},
             Tone place_tone = Tone::plain);
    void print(Output& output, std::size_t width, const Palette& palette) const;

private:
    struct Row {
        std::vector<TextCell> figures;
        Place place;
        std::vector<TextCell> lead;
        Tone place_tone = Tone::plain;
    };

    std::vector<std::string> titles_;
    std::vector<bool> is_shown_;
    std::string place_title_;
    std::vector<Row> rows_;
};

}  // namespace tracemalloc::analyze
