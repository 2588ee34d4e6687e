// SPDX-License-Identifier: MIT
//
// Which compilation unit an address belongs to, by the ranges in the units' own DIEs.
// .debug_aranges is not used: clang does not write it.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>

#include "analyzer/symbolize/interval_index.h"

namespace tracemalloc::analyze {

class UnitRanges {
public:
    UnitRanges(Dwarf* dwarf, std::uint64_t text_start);

    /// Offset of the unit's DIE in .debug_info.
    [[nodiscard]] std::optional<Dwarf_Off> find(std::uint64_t address) const;
    [[nodiscard]] bool has_units() const noexcept { return has_units_; }

private:
    struct Unit {
        Dwarf_Off offset = 0;
        /// An inline function is in every unit that uses it, at the address of the one copy that
        /// was kept: usually the first.
        bool operator<(const Unit& other) const noexcept { return offset > other.offset; }
    };

    IntervalIndex<Unit> index_;
    bool has_units_ = false;
};

}  // namespace tracemalloc::analyze
