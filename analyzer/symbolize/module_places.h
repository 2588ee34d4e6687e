// SPDX-License-Identifier: MIT
//
// One module: find its files, ask debug information, then the ladder of symbol tables. Everything
// opened is closed again, so memory peaks at the biggest module and not at their sum.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/dwarf_lookup.h"
#include "analyzer/symbolize/source_paths.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

struct ModulePlaces {
    std::vector<Places> places;  ///< parallel to the addresses
    std::vector<std::string> warnings;
    bool is_missing = false;  ///< there is no file at all
};

struct ModuleQuery {
    const RawModule& module;
    std::span<const std::uint64_t> addresses;  ///< ascending, without the load bias
    const SymbolizeOptions& options;
    const SourcePaths& paths;
    std::function<void()> tick;
};

ModulePlaces find_module_places(const ModuleQuery& query, FrameTable& table);

}  // namespace tracemalloc::analyze
