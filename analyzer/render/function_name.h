// SPDX-License-Identifier: MIT
//
// Demangled C++ names are longer than a terminal is wide. What is left out goes in order of worth:
// parameters, then template arguments, then the outer namespaces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tracemalloc::analyze {

/// At most `width` columns: "…::vector<…>::push_back".
std::string shorten_function(std::string_view name, std::size_t width);

}  // namespace tracemalloc::analyze
