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

}  // namespace

Comparison compare(Statistics old_statistics, Statistics new_statistics, const FrameTable& table) {
    Comparison comparison;
    comparison.old_total = old_statistics.total;
    comparison.new_total = new_statistics.total;
    comparison.rows.reserve(old_statistics.rows.size() + new_statistics.rows.size());

    TracebackIndex old_rows;
    old_rows.reserve(old_statistics.rows.size());
    for (std::size_t i = 0; i < old_statistics.rows.size(); ++i) {
        old_rows.emplace(old_statistics.rows[i].traceback, i);
    }
    std::vector<bool> is_matched(old_statistics.rows.size());
    for (Statistic& now : new_statistics.rows) {
        Total before;
        if (const auto found = old_rows.find(now.traceback); found != old_rows.end()) {
            const Statistic& row = old_statistics.rows[found->second];
            before = {row.size, row.count};
            is_matched[found->second] = true;
        }
        comparison.rows.push_back({std::move(now.traceback), now.size, now.count,
                                   difference(now.size, before.size),
                                   difference(now.count, before.count)});
    }
    for (std::size_t i = 0; i < old_statistics.rows.size(); ++i) {
        if (!is_matched[i]) {
            Statistic& gone = old_statistics.rows[i];
            comparison.rows.push_back({std::move(gone.traceback), 0, 0, difference(0, gone.size),
                                       difference(0, gone.count)});
        }
    }
    sort_report(comparison.rows, table);
    return comparison;
}

}  // namespace tracemalloc::analyze
