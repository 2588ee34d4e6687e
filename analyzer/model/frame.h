// SPDX-License-Identifier: MIT
//
// One place in a program. A grouped statistic uses the same type with the fields its grouping does
// not keep left unknown.
#pragma once

#include <compare>
#include <cstdint>

#include "analyzer/model/name.h"

namespace tracemalloc::analyze {

/// Orders as Python's tracemalloc does, by file name and line; what Python does not have
/// (function, module, offset) only breaks ties.
struct Frame {
    Name filename;
    std::uint32_t lineno = 0;  ///< 0: unknown
    Name function;
    Name module;
    std::uint64_t offset = 0;  ///< in the module; the lookup address, not the return address
    bool inlined = false;
    /// Its code returns the block and does nothing else with it; only told of one without a name.
    bool hands_on = false;

    friend bool operator==(const Frame&, const Frame&) noexcept = default;
    friend auto operator<=>(const Frame&, const Frame&) noexcept = default;
};

}  // namespace tracemalloc::analyze
