// SPDX-License-Identifier: MIT
//
// What the text reports share: the line for the rest, the word for a row.
#include "analyzer/render/text_report.h"

#include <fmt/format.h>

#include "analyzer/render/human_number.h"

namespace tracemalloc::analyze {

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

}  // namespace tracemalloc::analyze
