// SPDX-License-Identifier: MIT
//
// One pass over the DIE tree of a unit finds, for all wanted addresses at once, the functions and
// inlined calls that hold them. Subtrees without a wanted address are not entered.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tracemalloc::analyze {

struct CallChains {
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// A function, or a call inlined into `parent`.
    struct Entry {
        Dwarf_Die die;
        std::uint32_t parent = kNone;  ///< index of the caller it is inlined into
    };

    std::vector<Entry> entries;
    std::vector<std::uint32_t> innermost;  ///< parallel to the addresses; kNone: no function
};

/// `addresses` ascend. Ranges below `text_start` are those of discarded code.
CallChains find_call_chains(Dwarf_Die unit, std::span<const std::uint64_t> addresses,
                            std::uint64_t text_start);

}  // namespace tracemalloc::analyze
