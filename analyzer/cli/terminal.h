// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstddef>

namespace tracemalloc::analyze {

enum class ColourChoice { automatic, always, never };

inline constexpr std::size_t kLeastWidth = 40;
inline constexpr std::size_t kMostWidth = 10000;

/// Columns for a report on that stream: the terminal's, else COLUMNS, else 100.
std::size_t report_width(int stream = STDOUT_FILENO);

/// `automatic`: when the stream is a terminal that can, and NO_COLOR is unset or empty.
bool use_colour(ColourChoice choice, int stream = STDOUT_FILENO);

}  // namespace tracemalloc::analyze
