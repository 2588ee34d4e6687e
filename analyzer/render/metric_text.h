// SPDX-License-Identifier: MIT
//
// What figures are called, by the metric they are of.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/model/metric.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// The name of a metric on the command line and in JSON.
const char* name_of(Metric metric) noexcept;

/// The title of a column of counts: "blocks", "calls".
const char* count_title(Metric metric) noexcept;

/// "1 block", "1,234 allocations", "1,234 ±56 allocations"
std::string count_text(const Total& total, Metric metric);
/// "12.3 MiB", "12.3 MiB ±1.2 MiB"
std::string size_text(const Total& total);
/// "12.3 MiB in 45,678 blocks"; the count first where rows are ranked by it.
std::string total_text(const Total& total, Metric metric);

/// What a sentence about the total ends with: "live", "since recording began".
const char* state_text(Metric metric) noexcept;
/// What a report without rows says.
const char* nothing_text(Metric metric) noexcept;

/// Of sums the one that rows are ranked by.
constexpr std::uint64_t ranked_part(const Total& total, Metric metric) noexcept {
    return ranks_by_count(metric) ? total.count : total.size;
}

/// What of the total is gone again, or how much it is of all; empty when the metric has no such
/// figure.
std::string relation_text(const Snapshot& snapshot);

}  // namespace tracemalloc::analyze
