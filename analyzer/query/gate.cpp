// SPDX-License-Identifier: MIT
#include "analyzer/query/gate.h"

#include <algorithm>
#include <iterator>

namespace tracemalloc::analyze {

namespace {

bool is_beyond(std::int64_t growth, std::uint64_t before, const GateLimit& limit) {
    if (growth <= 0) {
        return false;
    }
    const auto grown = static_cast<std::uint64_t>(growth);
    return limit.is_percent
               ? static_cast<double>(grown) > static_cast<double>(before) * limit.percent / 100
               : grown > limit.amount;
}

std::uint64_t old_size(const StatisticDiff& row) noexcept {
    return row.size - static_cast<std::uint64_t>(row.size_diff);
}

template <class Wanted>
std::vector<StatisticDiff> grown_rows(const Comparison& comparison, Wanted wanted) {
    std::vector<StatisticDiff> rows;
    std::copy_if(comparison.rows.begin(), comparison.rows.end(), std::back_inserter(rows), wanted);
    std::stable_sort(rows.begin(), rows.end(), [](const StatisticDiff& a, const StatisticDiff& b) {
        return a.size_diff > b.size_diff;
    });
    return rows;
}

}  // namespace

GateCheck check_growth(const Comparison& comparison, const GateLimit& limit) {
    GateCheck check;
    check.kind = GateKind::growth;
    check.limit = limit;
    check.found = static_cast<std::int64_t>(comparison.new_total.size - comparison.old_total.size);
    check.passed = !is_beyond(check.found, comparison.old_total.size, limit);
    if (!check.passed) {
        check.rows =
            grown_rows(comparison, [](const StatisticDiff& row) { return row.size_diff > 0; });
    }
    return check;
}

GateCheck check_row_growth(const Comparison& comparison, const GateLimit& limit) {
    GateCheck check;
    check.kind = GateKind::row_growth;
    check.limit = limit;
    check.rows = grown_rows(comparison, [&](const StatisticDiff& row) {
        return is_beyond(row.size_diff, old_size(row), limit);
    });
    check.found = static_cast<std::int64_t>(check.rows.size());
    check.passed = check.rows.empty();
    return check;
}

GateCheck check_amount(GateKind kind, const Statistics& statistics, const GateLimit& limit) {
    const Total& total = statistics.total;
    const std::uint64_t found = kind == GateKind::live_blocks ? total.count : total.size;
    GateCheck check;
    check.kind = kind;
    check.limit = limit;
    check.found = static_cast<std::int64_t>(found);
    check.passed = found <= limit.amount;
    if (check.passed) {
        return check;
    }
    for (const Statistic& row : statistics.rows) {
        check.rows.push_back({row.traceback, row.size, row.count, 0, 0});
    }
    if (kind == GateKind::live_blocks) {
        std::stable_sort(
            check.rows.begin(), check.rows.end(),
            [](const StatisticDiff& a, const StatisticDiff& b) { return a.count > b.count; });
    }
    return check;
}

}  // namespace tracemalloc::analyze
