// SPDX-License-Identifier: MIT
//
// The address ranges of a DIE (DW_AT_low_pc/high_pc or DW_AT_ranges), without those that belong to
// code the linker threw away: they start at 0 or 1 and would claim what really lies there.
#pragma once

#include <elfutils/libdw.h>

#include <cstddef>
#include <cstdint>

namespace tracemalloc::analyze {

/// Calls `visit(low, high)` for each range that is not empty. At most `budget` ranges are read and
/// counted off it, so that many DIEs that share one long list cannot take for ever.
/// Returns whether the DIE has any range at all.
template <typename Visit>
bool for_each_range(Dwarf_Die& die, std::uint64_t text_start, std::size_t& budget, Visit visit) {
    Dwarf_Addr base = 0;
    Dwarf_Addr low = 0;
    Dwarf_Addr high = 0;
    std::ptrdiff_t offset = 0;
    bool any = false;
    while (budget > 0 && (offset = dwarf_ranges(&die, offset, &base, &low, &high)) > 0) {
        --budget;
        any = true;
        if (low >= text_start && low < high) {
            visit(low, high);
        }
    }
    return any;
}

}  // namespace tracemalloc::analyze
