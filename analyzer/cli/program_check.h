// SPDX-License-Identifier: MIT
//
// Says before a program is started whether a preloaded library can record it. Without this check
// such a program would simply run and leave no dump.
#pragma once

#include <optional>
#include <string>

namespace tracemalloc::analyze {

/// Why the program at `path` cannot be recorded, as one sentence that names the file; absent when
/// it can. Of a script it is the interpreter that is recorded, so that is what is looked at.
std::optional<std::string> why_not_recordable(const std::string& path);

}  // namespace tracemalloc::analyze
