// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/unit_ranges.h"

#include <dwarf.h>

#include <utility>
#include <vector>

#include "analyzer/symbolize/die_ranges.h"

namespace tracemalloc::analyze {

namespace {

// More than any linker writes; a forged file stops here.
constexpr std::size_t kRangeLimit = std::size_t{1} << 26U;

}  // namespace

UnitRanges::UnitRanges(Dwarf* dwarf, std::uint64_t text_start) {
    std::vector<Interval<Unit>> intervals;
    std::size_t budget = kRangeLimit;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    std::uint8_t type = 0;
    // Without room for the split unit: opening every .dwo file just for its ranges, which the
    // skeleton has too, would cost a file for each unit.
    while (dwarf_get_units(dwarf, unit, &unit, nullptr, &type, &die, nullptr) == 0) {
        if (type != DW_UT_compile && type != DW_UT_skeleton) {
            continue;
        }
        has_units_ = true;
        const Dwarf_Off offset = dwarf_dieoffset(&die);
        for_each_range(die, text_start, budget, [&](Dwarf_Addr low, Dwarf_Addr high) {
            intervals.push_back({low, high, {offset}});
        });
    }
    index_ = IntervalIndex<Unit>(std::move(intervals));
}

std::optional<Dwarf_Off> UnitRanges::find(std::uint64_t address) const {
    const auto* const found = index_.find(address);
    return found != nullptr ? std::optional(found->payload.offset) : std::nullopt;
}

}  // namespace tracemalloc::analyze
