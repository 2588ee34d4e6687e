// SPDX-License-Identifier: MIT
//
// What the sizes and counts of a snapshot's traces are.
#pragma once

#include <cstdint>

namespace tracemalloc::analyze {

enum class Metric : std::uint8_t {
    live,       ///< blocks at the moment of the snapshot
    peak,       ///< the same, where that moment is the one of the highest traced size
    allocated,  ///< all allocations since recording began, freed or not
    calls,      ///< the same, ranked by their number
    temporary,  ///< of these, the ones that their thread freed before it made another one
};

/// Made of Snapshot::traffic.
constexpr bool is_traffic(Metric metric) noexcept {
    return metric == Metric::allocated || metric == Metric::calls || metric == Metric::temporary;
}

/// Rows are ranked by their count before their size, and shares are of the count.
constexpr bool ranks_by_count(Metric metric) noexcept {
    return metric == Metric::calls || metric == Metric::temporary;
}

}  // namespace tracemalloc::analyze
