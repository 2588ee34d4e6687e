// SPDX-License-Identifier: MIT
#include "analyzer/query/report_order.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tracemalloc::analyze {

namespace {

/// Python compares tracebacks from the oldest frame on. Frames are interned, so the first two ids
/// that differ decide.
bool is_before(FrameSpan a, FrameSpan b, const FrameTable& table) {
    const auto [a_end, b_end] = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
    if (a_end == a.rend() || b_end == b.rend()) {
        return a.size() < b.size();
    }
    return table[*a_end] < table[*b_end];
}

auto rank(const Statistic& row, bool count_first) noexcept {
    const std::uint64_t size = row.size;
    const std::uint64_t count = row.count;
    return count_first ? std::tuple(count, size) : std::tuple(size, count);
}

auto rank(const StatisticDiff& row, bool count_first) noexcept {
    const auto size = std::pair(magnitude(row.size_diff), row.size);
    const auto count = std::pair(magnitude(row.count_diff), row.count);
    return count_first ? std::tuple(count, size) : std::tuple(size, count);
}

template <typename Row>
void sort_descending(std::vector<Row>& rows, const FrameTable& table, Metric metric) {
    const bool count_first = ranks_by_count(metric);
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
        const auto a_rank = rank(a, count_first);
        const auto b_rank = rank(b, count_first);
        return a_rank != b_rank ? a_rank > b_rank : is_before(b.traceback, a.traceback, table);
    });
}

}  // namespace

std::size_t FrameSpanHash::operator()(FrameSpan frames) const noexcept {
    std::uint64_t hash = frames.size();
    for (const FrameId frame : frames) {
        hash = (hash ^ static_cast<std::uint32_t>(frame)) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 32;
    }
    return hash;
}

bool FrameSpanEqual::operator()(FrameSpan a, FrameSpan b) const noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void sort_report(std::vector<Statistic>& rows, const FrameTable& table, Metric metric) {
    sort_descending(rows, table, metric);
}

void sort_report(std::vector<StatisticDiff>& rows, const FrameTable& table, Metric metric) {
    sort_descending(rows, table, metric);
}

}  // namespace tracemalloc::analyze
