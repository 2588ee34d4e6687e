// SPDX-License-Identifier: MIT
//
// The order of rows in a report (see model/statistic.h) and tracebacks as keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

using FrameSpan = std::span<const FrameId>;

struct FrameSpanHash {
    std::size_t operator()(FrameSpan frames) const noexcept;
};

struct FrameSpanEqual {
    bool operator()(FrameSpan a, FrameSpan b) const noexcept;
};

/// Traceback → row number. Keys are not copied: they point into rows.
using TracebackIndex = std::unordered_map<FrameSpan, std::size_t, FrameSpanHash, FrameSpanEqual>;

/// By size, count, traceback; descending. By count first where the metric ranks by it.
void sort_report(std::vector<Statistic>& rows, const FrameTable& table, Metric metric);

/// By |size_diff|, size, |count_diff|, count, traceback; descending. The same.
void sort_report(std::vector<StatisticDiff>& rows, const FrameTable& table, Metric metric);

}  // namespace tracemalloc::analyze
