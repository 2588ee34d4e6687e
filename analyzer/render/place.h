// SPDX-License-Identifier: MIT
//
// Where a row points to, as text that fits a column: "/src/a.c:12  fill". Without a source line it
// is the module, "libc.so.6+0x9d3a1", with the function if a symbol names one.
#pragma once

#include <cstddef>
#include <string>

#include "analyzer/model/frame.h"
#include "analyzer/model/statistic.h"
#include "analyzer/render/palette.h"

namespace tracemalloc::analyze {

/// All parts are printable text.
struct Place {
    std::string path;    ///< may lose folders in the middle
    std::string suffix;  ///< line or offset; never cut
    std::string function;
    std::string remark;  ///< "[inlined]"
    bool function_first = false;
};

/// How a row of the grouping names its frame. Frames of a traceback are shown in full.
Place place_of(const Frame& frame, GroupBy grouping);

/// Whether a frame of that grouping is told by its offset, for want of a file and a function.
bool has_offset(const Frame& frame, GroupBy grouping) noexcept;

/// One line for machines and prompts: nothing is shortened.
std::string full_place(const Frame& frame);

/// Takes `width` columns at most, unless the file's own name and line alone need more.
std::string fit_place(const Place& place, std::size_t width, const Palette& palette,
                      Tone tone = Tone::plain);

}  // namespace tracemalloc::analyze
