// SPDX-License-Identifier: MIT
//
// The text of source files on this machine. A dump may name anything as a source file, so only
// regular files of a sane size are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/model/annotation.h"

namespace tracemalloc::analyze {

/// Below the sysroot first, if there is one. `problem` says why there is none.
std::optional<SourceText> find_source(const std::string& filename, const std::string& sysroot,
                                      std::string& problem);

/// When a file was changed, in nanoseconds since 1970; absent when it cannot be told.
std::optional<std::int64_t> change_time(const std::string& path);

}  // namespace tracemalloc::analyze
