// SPDX-License-Identifier: MIT
//
// The functions that allocate. Numbers are on disk for ever: add, never renumber.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tracemalloc {

enum class AllocationFunction : std::uint32_t {
#define TM_ALLOCATION_FUNCTION(name, number, text) name = number,
#include "common/allocation_function.def"
#undef TM_ALLOCATION_FUNCTION
};

/// One more than the largest number, for arrays indexed by function.
inline constexpr std::size_t kAllocationFunctionEnd = [] {
    std::size_t end = 0;
#define TM_ALLOCATION_FUNCTION(name, number, text) end = (number) + 1 > end ? (number) + 1 : end;
#include "common/allocation_function.def"
#undef TM_ALLOCATION_FUNCTION
    return end;
}();

/// The name of a function; null for a number this version does not know.
constexpr const char* allocation_function_name(std::uint32_t function) noexcept {
    switch (function) {
#define TM_ALLOCATION_FUNCTION(name, number, text) \
    case number:                                   \
        return text;
#include "common/allocation_function.def"
#undef TM_ALLOCATION_FUNCTION
        default:
            return nullptr;
    }
}

}  // namespace tracemalloc
