// SPDX-License-Identifier: MIT
//
// All that was allocated with one traceback since recording began, freed or not; where blocks were
// sampled, what held a sample, one row for each size of block.
#pragma once

#include <cstdint>

#include "analyzer/model/estimate.h"
#include "analyzer/model/total.h"

namespace tracemalloc::analyze {

struct Traffic {
    std::uint32_t traceback = 0;  ///< index into Snapshot::tracebacks
    std::uint64_t count = 0;      ///< allocations, at least 1
    std::uint64_t size = 0;       ///< their bytes
    /// Of these, the ones that their thread freed before it made another one.
    std::uint64_t temporary_count = 0;
    std::uint64_t temporary_size = 0;  ///< 0 when there is none
    std::uint64_t mean_bytes = 0;      ///< between two samples; 0: all of them are here

    /// Of a sampled row: of each block.
    [[nodiscard]] std::uint64_t block_size() const noexcept { return size / count; }

    // What they stand for.
    [[nodiscard]] Total total() const noexcept {
        return mean_bytes == 0 ? Total{size, count} : estimate(block_size(), count, mean_bytes);
    }
    [[nodiscard]] Total temporary() const noexcept {
        return mean_bytes == 0 ? Total{temporary_size, temporary_count}
                               : estimate(block_size(), temporary_count, mean_bytes);
    }
};

}  // namespace tracemalloc::analyze
