// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "analyzer/query/suppressions.h"

namespace tracemalloc::analyze {

/// Adds what a file of LeakSanitizer's format says: a line `leak:PATTERN` each, `#` comments and
/// empty lines. Throws UsageError for any other line, OperationError when the file cannot be read.
void read_suppressions(const std::string& path, Suppressions& suppressions);

}  // namespace tracemalloc::analyze
