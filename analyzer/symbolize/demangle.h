// SPDX-License-Identifier: MIT
//
// Itanium C++ names to text, by the C++ runtime's own demangler.
#pragma once

#include <string>

namespace tracemalloc::analyze {

/// The name itself when it is not a mangled one or the demangler gives up on it.
std::string demangle(const char* name);

}  // namespace tracemalloc::analyze
