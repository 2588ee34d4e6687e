// SPDX-License-Identifier: MIT
//
// The children of a DIE, read so that forged sibling links cannot make the loop endless: it stops
// where an offset does not grow.
#pragma once

#include <elfutils/libdw.h>

namespace tracemalloc::analyze {

/// Calls `visit(Dwarf_Die&)` for each child until it returns false.
template <typename Visit>
void for_each_child(Dwarf_Die& parent, Visit visit) {
    Dwarf_Die child;
    if (dwarf_child(&parent, &child) != 0) {
        return;
    }
    while (visit(child)) {
        Dwarf_Die next;
        if (dwarf_siblingof(&child, &next) != 0 || next.addr <= child.addr) {
            return;
        }
        child = next;
    }
}

}  // namespace tracemalloc::analyze
