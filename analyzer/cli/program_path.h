// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace tracemalloc::analyze {

/// The file that a shell would start for this name. Throws OperationError with the reason when
/// there is none: not found, a folder, not executable.
std::string find_program(const std::string& name);

}  // namespace tracemalloc::analyze
