// SPDX-License-Identifier: MIT
//
// The line table of one compilation unit: address → file and line, and the files that inlined
// calls name by number.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/source_paths.h"

namespace tracemalloc::analyze {

struct SourceLine {
    Name filename;
    std::uint32_t lineno = 0;  ///< 0: unknown
};

class UnitLines {
public:
    /// `split` is the unit's DIE in its .dwo file, or `unit` again.
    UnitLines(Dwarf_Die unit, Dwarf_Die split, const SourcePaths& paths, FrameTable& table);

    SourceLine find(std::uint64_t address);
    /// Where the inlined call was written.
    SourceLine call_site(Dwarf_Die& inlined);

private:
    Name file_name(const char* file);

    Dwarf_Die unit_;
    Dwarf_Files* files_ = nullptr;
    std::string compilation_directory_;
    const SourcePaths& paths_;
    FrameTable& table_;
    std::unordered_map<const char*, Name> file_names_;  ///< libdw gives each file one address
};

}  // namespace tracemalloc::analyze
