// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tracemalloc::preload {

/// Whether the whole of `text` matches: `*`, `?`, `[seq]`, `[!seq]`, on characters of UTF-8 text,
/// as in the analyzer's patterns. A backward range holds nothing; an unclosed `[` stands for
/// itself. Time is at most length of pattern × length of text.
bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

/// Whether one of several globs, parted by colons, matches.
bool any_glob_matches(std::string_view globs, std::string_view text) noexcept;

}  // namespace tracemalloc::preload
