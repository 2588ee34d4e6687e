// SPDX-License-Identifier: MIT
#include "analyzer/query/gate.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tracemalloc::analyze {

namespace {

/// A figure against a limit, both of them estimates: by how much it is larger, and the variance of
/// that.
struct Excess {
    double amount = 0;
    double variance = 0;

    [[nodiscard]] bool is_any() const noexcept { return amount > 0; }
    [[nodiscard]] bool is_sure() const noexcept {
        return amount > 0 && is_beyond_chance(amount, variance);
    }
};

struct SizeChange {
    std::int64_t growth = 0;
    std::uint64_t before = 0;
    double variance = 0;
    double old_variance = 0;
    double diff_variance = 0;
};

/// Of a limit in percent, growth − c·before = NEW − (1 + c)·OLD. Blocks in both snapshots are the
/// same random number in both, so its variance is that of NEW and (1 + c)² that of OLD, less
/// 2 (1 + c) that of the blocks in both, which is half of what NEW and OLD have and the difference
/// has not.
Excess excess_of(const SizeChange& change, const GateLimit& limit) {
    if (change.growth <= 0) {
        return {};
    }
    const auto growth = static_cast<double>(change.growth);
    if (!limit.is_percent) {
        const auto grown = static_cast<std::uint64_t>(change.growth);
        return {grown > limit.amount ? static_cast<double>(grown - limit.amount) : 0,
                change.diff_variance};
    }
    const double times = 1 + limit.percent / 100;
    const double both =
        std::max(0.0, (change.variance + change.old_variance - change.diff_variance) / 2);
    return {
        growth - static_cast<double>(change.before) * limit.percent / 100,
        std::max(0.0, change.variance + times * times * change.old_variance - 2 * times * both)};
}

std::uint64_t old_size(const StatisticDiff& row) noexcept {
    return row.size - static_cast<std::uint64_t>(row.size_diff);
}

Excess excess_of(const StatisticDiff& row, const GateLimit& limit) {
    return excess_of({row.size_diff, old_size(row), row.variance.size, row.old_variance.size,
                      row.diff_variance.size},
                     limit);
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
    check.error = comparison.diff_variance.size_error();
    const Excess excess =
        excess_of({check.found, comparison.old_total.size, comparison.new_total.variance.size,
                   comparison.old_total.variance.size, comparison.diff_variance.size},
                  limit);
    check.passed = !excess.is_sure();
    check.in_doubt = check.passed && excess.is_any();
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
    check.rows = grown_rows(
        comparison, [&](const StatisticDiff& row) { return excess_of(row, limit).is_sure(); });
    check.found = static_cast<std::int64_t>(check.rows.size());
    check.passed = check.rows.empty();
    check.in_doubt = check.passed && std::any_of(comparison.rows.begin(), comparison.rows.end(),
                                                 [&](const StatisticDiff& row) {
                                                     return excess_of(row, limit).is_any();
                                                 });
    return check;
}

GateCheck check_amount(GateKind kind, const Statistics& statistics, const GateLimit& limit) {
    const Total& total = statistics.total;
    const std::uint64_t found = kind == GateKind::live_blocks ? total.count : total.size;
    GateCheck check;
    check.kind = kind;
    check.limit = limit;
    check.found = static_cast<std::int64_t>(found);
    const double variance =
        kind == GateKind::live_blocks ? total.variance.count : total.variance.size;
    const Excess excess{found > limit.amount ? static_cast<double>(found - limit.amount) : 0,
                        variance};
    check.error = std::sqrt(variance);
    check.passed = !excess.is_sure();
    check.in_doubt = check.passed && excess.is_any();
    if (check.passed) {
        return check;
    }
    for (const Statistic& row : statistics.rows) {
        check.rows.push_back({row.traceback, row.size, row.count, 0, 0, row.variance});
    }
    if (kind == GateKind::live_blocks) {
        std::stable_sort(
            check.rows.begin(), check.rows.end(),
            [](const StatisticDiff& a, const StatisticDiff& b) { return a.count > b.count; });
    }
    return check;
}

}  // namespace tracemalloc::analyze
