// SPDX-License-Identifier: MIT
#include "analyzer/render/bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace tracemalloc::analyze {

namespace {

constexpr std::size_t kEighths = 8;
constexpr std::array<std::string_view, kEighths> kPartial = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr std::array<std::string_view, kEighths + 1> kLevels = {" ", "▁", "▂", "▃", "▄",
                                                                "▅", "▆", "▇", "█"};

/// `part` of `whole` in steps, rounded, but not to nothing.
std::size_t steps_of(std::uint64_t part, std::uint64_t whole, std::size_t steps) {
    if (part == 0 || whole == 0) {
        return 0;
    }
    const double share = static_cast<double>(part) / static_cast<double>(whole);
    const auto rounded =
        static_cast<std::size_t>(std::lround(std::min(share, 1.0) * static_cast<double>(steps)));
    return std::max<std::size_t>(rounded, 1);
}

}  // namespace

std::string repeated(std::string_view mark, std::size_t times) {
    std::string out;
    for (std::size_t at = 0; at < times; ++at) {
        out.append(mark);
    }
    return out;
}

std::string share_bar(std::uint64_t part, std::uint64_t whole, std::size_t width) {
    const std::size_t steps = steps_of(part, whole, width * kEighths);
    const std::size_t full = steps / kEighths;
    const std::string_view partial = kPartial[steps % kEighths];
    const std::size_t taken = full + (partial.empty() ? 0 : 1);
    return repeated("█", full).append(partial).append(width - std::min(width, taken), ' ');
}

std::string_view level_mark(std::uint64_t part, std::uint64_t most) {
    return kLevels[steps_of(part, most, kEighths)];
}

std::vector<std::size_t> divide_columns(std::span<const std::uint64_t> parts, std::size_t width) {
    const std::uint64_t whole = std::accumulate(parts.begin(), parts.end(), std::uint64_t{0});
    std::vector<std::size_t> columns;
    for (const std::uint64_t part : parts) {
        columns.push_back(steps_of(part, whole, width));
    }
    // Rounding is paid for by the largest, where it is seen least.
    for (;;) {
        const std::size_t sum = std::accumulate(columns.begin(), columns.end(), std::size_t{0});
        const auto first = std::max_element(columns.begin(), columns.end());
        if (sum == width || first == columns.end() || *first == 0) {
            return columns;
        }
        if (sum < width) {
            ++*first;
        } else {
            --*std::max_element(columns.rbegin(), columns.rend());
        }
    }
}

}  // namespace tracemalloc::analyze
