// SPDX-License-Identifier: MIT
#include "analyzer/query/compare.h"

#include <utility>

#include "analyzer/query/report_order.h"

namespace tracemalloc::analyze {

namespace {

/// The sums of a dump fit 63 bits, so this is exact for them; cumulative sums may wrap, defined.
std::int64_t difference(std::uint64_t new_value, std::uint64_t old_value) noexcept {
    return static_cast<std::int64_t>(new_value - old_value);
}

Variance variance_of_difference(Variance old_variance, const Variance& new_variance,
                                const Variance& survivors) noexcept {
    old_variance += new_variance;
    old_variance -= survivors;
    old_variance -= survivors;
    return old_variance;
}

TracebackIndex index_of(const Statistics& statistics) {
    TracebackIndex index;
    index.reserve(statistics.rows.size());
    for (std::size_t i = 0; i < statistics.rows.size(); ++i) {
        index.emplace(statistics.rows[i].traceback, i);
    }
    return index;
}

}  // namespace

Comparison compare(Statistics old_statistics, Statistics new_statistics, const FrameTable& table,
                   const Statistics& survivors) {
    Comparison comparison;
    comparison.old_total = old_statistics.total;
    comparison.new_total = new_statistics.total;
    comparison.diff_variance = variance_of_difference(
        comparison.old_total.variance, comparison.new_total.variance, survivors.total.variance);
    comparison.rows.reserve(old_statistics.rows.size() + new_statistics.rows.size());

    const TracebackIndex old_rows = index_of(old_statistics);
    const TracebackIndex survived = index_of(survivors);
    std::vector<bool> is_matched(old_statistics.rows.size());
    for (Statistic& now : new_statistics.rows) {
        Total before;
        if (const auto found = old_rows.find(now.traceback); found != old_rows.end()) {
            before = old_statistics.rows[found->second].total();
            is_matched[found->second] = true;
        }
        Variance kept;
        if (const auto found = survived.find(now.traceback); found != survived.end()) {
            kept = survivors.rows[found->second].variance;
        }
        comparison.rows.push_back(
            {std::move(now.traceback), now.size, now.count, difference(now.size, before.size),
             difference(now.count, before.count), now.variance, before.variance,
             variance_of_difference(before.variance, now.variance, kept)});
    }
    for (std::size_t i = 0; i < old_statistics.rows.size(); ++i) {
        if (!is_matched[i]) {
            Statistic& gone = old_statistics.rows[i];
            comparison.rows.push_back({std::move(gone.traceback),
                                       0,
                                       0,
                                       difference(0, gone.size),
                                       difference(0, gone.count),
                                       {},
                                       gone.variance,
                                       gone.variance});
        }
    }
    sort_report(comparison.rows, table, new_statistics.metric);
    return comparison;
}

}  // namespace tracemalloc::analyze
