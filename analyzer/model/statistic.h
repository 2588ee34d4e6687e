// SPDX-License-Identifier: MIT
//
// Rows of a report and the order they stand in, which is part of the semantics: Python's
// tracemalloc sorts by (size, count, traceback) and (|size_diff|, size, |count_diff|, count,
// traceback), all descending; with a metric that ranks by count, count and size change places. A
// traceback is compared from its oldest frame on.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

enum class GroupBy { filename, lineno, traceback, function, module, domain, tag };
enum class Cumulative : bool { no, yes };

struct Statistic {
    /// Most recent first; one frame unless grouped by traceback. Grouped by domain or tag, that is
    /// the function's name of the one frame.
    std::vector<FrameId> traceback;
    Amount size{};
    Amount count{};
    Variance variance{};

    [[nodiscard]] Total total() const noexcept { return {size, count, variance}; }
};

/// Well defined for the smallest number too.
inline std::uint64_t magnitude(std::int64_t difference) noexcept {
    const auto bits = static_cast<std::uint64_t>(difference);
    return difference < 0 ? 0 - bits : bits;
}

/// Standard errors that a figure is taken to be sure within: about 95 % of cases.
inline constexpr double kErrorsShown = 2;

/// Whether a change is more than its error. Any change of exact figures is.
inline bool is_beyond_chance(double change, double variance) noexcept {
    return change != 0 && change * change >= kErrorsShown * kErrorsShown * variance;
}

/// `size` and `count` are the new snapshot's; the old ones are these minus the differences.
struct StatisticDiff {
    std::vector<FrameId> traceback;
    std::uint64_t size = 0;
    std::uint64_t count = 0;
    std::int64_t size_diff = 0;
    std::int64_t count_diff = 0;
    Variance variance{};       ///< of the new snapshot's figures
    Variance old_variance{};   ///< of the old one's
    Variance diff_variance{};  ///< of the differences: what is in both snapshots adds nothing

    /// Whether the change may be nothing but the luck of sampling.
    [[nodiscard]] bool is_noise() const noexcept {
        return (size_diff != 0 || count_diff != 0) &&
               !is_beyond_chance(static_cast<double>(size_diff), diff_variance.size) &&
               !is_beyond_chance(static_cast<double>(count_diff), diff_variance.count);
    }
};

/// Grouped rows in report order and the total of the traces they came from, which is not the sum
/// of the rows when the grouping is cumulative.
struct Statistics {
    std::vector<Statistic> rows;
    Total total;
    Metric metric = Metric::live;
};

struct Comparison {
    std::vector<StatisticDiff> rows;
    Total old_total;
    Total new_total;
    Variance diff_variance{};  ///< of the difference of the totals

    [[nodiscard]] bool is_noise() const noexcept {
        const auto diff = [](std::uint64_t to, std::uint64_t from) {
            return static_cast<double>(static_cast<std::int64_t>(to - from));
        };
        return diff_variance != Variance{} &&
               !is_beyond_chance(diff(new_total.size, old_total.size), diff_variance.size) &&
               !is_beyond_chance(diff(new_total.count, old_total.count), diff_variance.count);
    }
};

}  // namespace tracemalloc::analyze
