// SPDX-License-Identifier: MIT
//
// Module of a dump → the files that describe it. A file is taken only on proof that it is the one
// that was mapped: by build-id, else by program headers. A network is only used where the
// options name a client for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/symbolize/elf_file.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

struct ModuleFiles {
    std::optional<ElfFile> main;   ///< the object itself
    std::optional<ElfFile> debug;  ///< its separate debug file; absent when main has its own
    std::vector<std::string> warnings;
    bool is_missing = false;  ///< nothing lies under its path, nothing was found by build-id
};

ModuleFiles find_module_files(const RawModule& module, const SymbolizeOptions& options);

}  // namespace tracemalloc::analyze
