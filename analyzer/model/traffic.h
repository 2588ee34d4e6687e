// SPDX-License-Identifier: MIT
//
// All that was allocated with one traceback since recording began, freed or not.
#pragma once

#include <cstdint>

namespace tracemalloc::analyze {

struct Traffic {
    std::uint32_t traceback = 0;  ///< index into Snapshot::tracebacks
    std::uint64_t count = 0;      ///< allocations, at least 1
    std::uint64_t size = 0;       ///< their bytes
    /// Of these, the ones that their thread freed before it made another one.
    std::uint64_t temporary_count = 0;
    std::uint64_t temporary_size = 0;  ///< 0 when there is none
};

}  // namespace tracemalloc::analyze
