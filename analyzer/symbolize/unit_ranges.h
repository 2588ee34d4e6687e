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
    IntervalIndex<Dwarf_Off> index_;
    bool has_units_ = false;
};

}  // namespace tracemalloc::analyze
