// SPDX-License-Identifier: MIT
//
// Amounts as pictures of block characters. Each is exactly as wide as asked, and what is there is
// seen: a part above nothing takes a mark, however small it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracemalloc::analyze {

/// "███▌      ": an eighth of a column is told.
std::string share_bar(std::uint64_t part, std::uint64_t whole, std::size_t width);

/// One of " ▁▂▃▄▅▆▇█", for columns of a histogram.
std::string_view level_mark(std::uint64_t part, std::uint64_t most);

/// Columns for each part so that all together take `width`; a part above 0 gets at least one as
/// long as there are as many columns as parts.
std::vector<std::size_t> divide_columns(std::span<const std::uint64_t> parts, std::size_t width);

/// The mark `times` times.
std::string repeated(std::string_view mark, std::size_t times);

}  // namespace tracemalloc::analyze
