// SPDX-License-Identifier: MIT
//
// Where separate debug files lie: `.build-id` directories first, then what .gnu_debuglink names,
// then, if the user wants that, a server.
#pragma once

#include <optional>
#include <string>

#include "analyzer/symbolize/elf_file.h"
#include "analyzer/symbolize/file_choice.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// Offers the debug files of the object with this build-id, best place first. `main` is the object
/// itself, null when it is not at hand.
void offer_debug_files(const ElfFile* main, const std::string& build_id,
                       const SymbolizeOptions& options, FileChoice& choice);

/// The file with this build-id below the `.build-id` directories. `suffix`: "" or ".debug".
std::optional<ElfFile> find_by_build_id(const std::string& build_id, const std::string& suffix,
                                        const SymbolizeOptions& options);

/// What dwz moved out of debug files: the file with this build-id, from a server too.
std::optional<ElfFile> find_alternate(const std::string& build_id, const SymbolizeOptions& options);

}  // namespace tracemalloc::analyze
