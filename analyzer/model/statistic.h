// SPDX-License-Identifier: MIT
//
// Rows of a report and the order they stand in, which is part of the semantics: Python's
// tracemalloc sorts by (size, count, traceback) and (|size_diff|, size, |count_diff|, count,
// traceback), all descending. A traceback is compared from its oldest frame on.
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
    std::uint64_t size = 0;
    std::uint64_t count = 0;
};

/// `size` and `count` are the new snapshot's; the old ones are these minus the differences.
struct StatisticDiff {
    std::vector<FrameId> traceback;
    std::uint64_t size = 0;
    std::uint64_t count = 0;
    std::int64_t size_diff = 0;
    std::int64_t count_diff = 0;
};

/// Grouped rows in report order and the total of the traces they came from, which is not the sum
/// of the rows when the grouping is cumulative.
struct Statistics {
    std::vector<Statistic> rows;
    Total total;
};

struct Comparison {
    std::vector<StatisticDiff> rows;
    Total old_total;
    Total new_total;
};

}  // namespace tracemalloc::analyze
