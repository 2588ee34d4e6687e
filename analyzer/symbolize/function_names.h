// SPDX-License-Identifier: MIT
//
// What a function DIE is called: its linkage name, demangled, or else its name behind those of the
// scopes around it. The scopes come from a tree of DIE positions that is unfolded only where it is
// asked: libdw's own dwarf_getscopes_die() reads the unit from its start on every call.
#pragma once

#include <elfutils/libdw.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/model/frame_table.h"

namespace tracemalloc::analyze {

class FunctionNames {
public:
    explicit FunctionNames(FrameTable& table) : table_(table) {}

    /// Of a subprogram or an inlined call. The null Name when it has none.
    Name find(Dwarf_Die& function);

private:
    std::string make_name(Dwarf_Die& function, Dwarf_Die& declaration);
    std::string enclosing_scopes(Dwarf_Die& die);
    void append_scope(Dwarf_Die& scope, std::string& prefix);
    const std::vector<Dwarf_Die>& inner_scopes(Dwarf_Die& scope);

    FrameTable& table_;
    std::unordered_map<const void*, Name> names_;  ///< by address of the DIE that declares it
    std::unordered_map<const void*, std::vector<Dwarf_Die>> inner_scopes_;  ///< by DIE address
    std::size_t held_scopes_ = 0;
    int nesting_ = 0;  ///< names in the making
};

}  // namespace tracemalloc::analyze
