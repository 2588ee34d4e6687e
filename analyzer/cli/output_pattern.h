// SPDX-License-Identifier: MIT
//
// TRACEMALLOC_OUTPUT patterns from the reader's side: which files may have come from one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracemalloc::analyze {

inline constexpr std::string_view kDefaultOutputPattern = "tracemalloc.%e.%p.%n.bin";

bool is_output_pattern(std::string_view text);

/// A pattern that means the same wherever the process goes: `folder` in front of a relative one,
/// with its own % doubled.
std::string absolute_pattern(std::string_view folder, std::string_view pattern);

/// The folder that surely holds the dumps, or holds the folders that do.
std::string fixed_folder(std::string_view pattern);

/// Files that exist and whose path the pattern can have made.
std::vector<std::string> files_matching(std::string_view pattern);

}  // namespace tracemalloc::analyze
