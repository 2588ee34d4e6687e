// SPDX-License-Identifier: MIT
//
// Blocks by the time they were born, counted in snapshots of their process.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/model/filter.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// Blocks of an epoch were born after snapshot `from` and before snapshot `until`; 0 is the
/// process's own beginning, and before it an inherited epoch has no number.
struct BirthSpan {
    std::int64_t from = 0;
    std::int64_t until = 0;
};
BirthSpan span_of(const Snapshot& snapshot, std::size_t epoch);

/// How many blocks of each trace are within the filter for certain; where births are known.
std::vector<std::uint64_t> count_born(const Snapshot& snapshot, const BirthFilter& filter);

/// Keeps those blocks. Returns what is gone although it may be within: its epoch spans a snapshot
/// that the filter names.
Total filter_births(Snapshot& snapshot, const BirthFilter& filter);

/// Takes traces out, with all that goes by their indexes.
void erase_traces(Snapshot& snapshot, const std::vector<bool>& is_gone);

}  // namespace tracemalloc::analyze
