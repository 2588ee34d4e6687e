// SPDX-License-Identifier: MIT
#include "analyzer/render/human_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tracemalloc::analyze {

namespace {

constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};

/// The unit of which there are fewer than 10240, as an index of kUnits.
std::size_t unit_of(double size) {
    std::size_t unit = 0;
    for (; std::fabs(size) >= 10 * 1024 && unit + 1 < kUnits.size(); ++unit) {
        size /= 1024;
    }
    return unit;
}

std::string in_unit(double size, std::size_t unit, bool sign) {
    size = std::ldexp(size, -10 * static_cast<int>(unit));
    const int decimals = std::fabs(size) < 100 && unit != 0 ? 1 : 0;
    return sign ? fmt::format("{:+.{}f} {}", size, decimals, kUnits[unit])
                : fmt::format("{:.{}f} {}", size, decimals, kUnits[unit]);
}

std::string scaled(double size, bool sign) {
    return in_unit(size, unit_of(size), sign);
}

/// Never overflows, not even for the smallest number.
std::uint64_t magnitude_of(std::int64_t number) {
    return number < 0 ? ~static_cast<std::uint64_t>(number) + 1
                      : static_cast<std::uint64_t>(number);
}

}  // namespace

std::string format_size(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes), false);
}

std::string format_size_change(std::int64_t bytes) {
    return scaled(static_cast<double>(bytes), true);
}

std::string format_size_beside(std::uint64_t bytes, std::uint64_t size) {
    constexpr double kLeast = 0.05;
    const auto value = static_cast<double>(bytes);
    const std::size_t own = unit_of(value);
    const std::size_t unit = std::max(own, unit_of(static_cast<double>(size)));
    const bool is_nothing = std::ldexp(value, -10 * static_cast<int>(unit)) < kLeast;
    return in_unit(value, is_nothing ? own : unit, false);
}

std::string format_count(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string format_count_change(std::int64_t count) {
    return (count < 0 ? "-" : "+") + format_count(magnitude_of(count));
}

std::string format_share(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) {
        return "-";
    }
    return fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string format_quantity(std::uint64_t count, const char* one, const char* many) {
    return fmt::format("{} {}", format_count(count), count == 1 ? one : many);
}

}  // namespace tracemalloc::analyze
