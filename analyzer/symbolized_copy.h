// SPDX-License-Identifier: MIT
//
// A dump read where its binaries are, made ready to be read where they are not.
#pragma once

#include <string>

#include "analyzer/model/snapshot.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

struct SymbolizedCopy {
    std::string bytes;        ///< of a dump that has all its frames inside
    SymbolCoverage coverage;  ///< how far they go
};

/// Throws DumpError for what is not a whole dump. The path map of `options` is not used: it says
/// how one machine shows paths.
SymbolizedCopy make_symbolized_copy(const std::string& path, const SymbolizeOptions& options);

}  // namespace tracemalloc::analyze
