// SPDX-License-Identifier: MIT
#include "analyzer/render/human_number.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace tracemalloc::analyze {

namespace {

std::string scaled(double size, bool sign) {
    static constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    for (std::size_t unit = 0;; ++unit) {
        const double magnitude = std::fabs(size);
        const bool last = unit + 1 == kUnits.size();
        if (magnitude < 100 && unit != 0) {
            return sign ? fmt::format("{:+.1f} {}", size, kUnits[unit])
                        : fmt::format("{:.1f} {}", size, kUnits[unit]);
        }
        if (magnitude < 10 * 1024 || last) {
            return sign ? fmt::format("{:+.0f} {}", size, kUnits[unit])
                        : fmt::format("{:.0f} {}", size, kUnits[unit]);
        }
        size /= 1024;
    }
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
