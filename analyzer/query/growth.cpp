// SPDX-License-Identifier: MIT
#include "analyzer/query/growth.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analyzer/query/report_order.h"

namespace tracemalloc::analyze {

namespace {

/// Student's t, 97.5 %, for 1 to 30 degrees of freedom; beyond, the last is a little too wide.
constexpr std::array<double, 30> kStudent = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};

void fit_line(GrowthRow& row) {
    const std::size_t n = row.totals.size();
    const double steps = static_cast<double>(n);
    const double middle = (steps + 1) / 2;
    double mean = 0;
    for (const Total& total : row.totals) {
        mean += static_cast<double>(total.size) / steps;
    }
    double spread = 0;
    double product = 0;
    for (std::size_t at = 0; at < n; ++at) {
        const double x = static_cast<double>(at + 1) - middle;
        spread += x * x;
        product += x * (static_cast<double>(row.totals[at].size) - mean);
    }
    row.slope = product / spread;
    if (n < 3) {
        return;
    }
    double rest = 0;
    for (std::size_t at = 0; at < n; ++at) {
        const double x = static_cast<double>(at + 1) - middle;
        const double r = static_cast<double>(row.totals[at].size) - mean - row.slope * x;
        rest += r * r;
    }
    const double error = std::sqrt(rest / (steps - 2) / spread);
    const double reach = kStudent[std::min(n - 3, kStudent.size() - 1)] * error;
    row.has_interval = true;
    row.low = row.slope - reach;
    row.high = row.slope + reach;
}

void judge(GrowthRow& row) {
    for (std::size_t at = 1; at < row.totals.size(); ++at) {
        row.steps_grown += row.totals[at].size > row.totals[at - 1].size ? 1U : 0U;
    }
    fit_line(row);
    const bool has_births = row.survivors.size() > 1;
    const bool keeps_all =
        has_births && std::all_of(row.survivors.begin(), row.survivors.end(),
                                  [](const Total& born) { return born.count > 0; });
    if (row.steps_grown + 1 < row.totals.size()) {
        row.evidence = keeps_all ? Evidence::kept : Evidence::uneven;
    } else {
        const bool is_even = row.has_interval && row.low > 0;
        row.evidence = is_even && (keeps_all || !has_births) ? Evidence::steady : Evidence::growing;
    }
}

double rank_of(const GrowthRow& row) noexcept {
    if (row.evidence == Evidence::kept) {
        const auto least =
            std::min_element(row.survivors.begin(), row.survivors.end(),
                             [](const Total& a, const Total& b) { return a.size < b.size; });
        return static_cast<double>(least->size);
    }
    return row.evidence == Evidence::steady ? row.low : row.slope;
}

/// Every key of the series once, in report order of the last snapshot that has it.
std::vector<GrowthRow> align(const std::vector<Statistics>& series,
                             const std::vector<Statistics>& survivors) {
    std::vector<GrowthRow> rows;
    TracebackIndex index;
    for (std::size_t back = series.size(); back-- > 0;) {
        for (const Statistic& statistic : series[back].rows) {
            const auto [entry, is_new] = index.try_emplace(statistic.traceback, rows.size());
            if (is_new) {
                GrowthRow& row = rows.emplace_back();
                row.traceback = statistic.traceback;
                row.totals.resize(series.size());
            }
            rows[entry->second].totals[back] = statistic.total();
        }
    }
    for (GrowthRow& row : rows) {
        row.survivors.resize(survivors.size());
    }
    for (std::size_t step = 0; step < survivors.size(); ++step) {
        for (const Statistic& statistic : survivors[step].rows) {
            rows[index.at(statistic.traceback)].survivors[step] = statistic.total();
        }
    }
    return rows;
}

}  // namespace

Growth find_growth(const std::vector<Statistics>& series,
                   const std::vector<Statistics>& survivors) {
    Growth growth;
    growth.has_births = survivors.size() > 1;
    growth.rows = align(series, survivors);
    const std::size_t all = growth.rows.size();
    std::erase_if(growth.rows, [](const GrowthRow& row) {
        return row.totals.back().size <= row.totals.front().size;
    });
    growth.others = all - growth.rows.size();
    for (GrowthRow& row : growth.rows) {
        judge(row);
    }
    std::stable_sort(
        growth.rows.begin(), growth.rows.end(), [](const GrowthRow& a, const GrowthRow& b) {
            return a.evidence != b.evidence ? a.evidence < b.evidence : rank_of(a) > rank_of(b);
        });
    return growth;
}

}  // namespace tracemalloc::analyze
