// SPDX-License-Identifier: MIT
//
// Numbers for people. Sizes follow Python's tracemalloc._format_size: "640 B", "12.3 MiB", one
// decimal below 100 and none above, and a unit is kept up to 10240 of it.
#pragma once

#include <cstdint>
#include <string>

namespace tracemalloc::analyze {

std::string format_size(std::uint64_t bytes);
/// With its sign, "+0 B" included.
std::string format_size_change(std::int64_t bytes);

/// What stands beside a size, such as its error: in the unit of that size, so that the two compare
/// at a glance, unless it would be 0 there, or too many digits.
std::string format_size_beside(std::uint64_t bytes, std::uint64_t size);

/// Groups of three: 1,234,567.
std::string format_count(std::uint64_t count);
std::string format_count_change(std::int64_t count);

/// "45.2%" of a whole; "-" when the whole is nothing.
std::string format_share(std::uint64_t part, std::uint64_t whole);

/// "1 block", "1,234 blocks".
std::string format_quantity(std::uint64_t count, const char* one, const char* many);

}  // namespace tracemalloc::analyze
