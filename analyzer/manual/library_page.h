// SPDX-License-Identifier: MIT
//
// libtracemalloc(7): how a program is recorded, with the table of environment variables as the
// README has it, so that it is kept in one place.
#pragma once

#include <string>

#include "analyzer/manual/manual_page.h"

namespace tracemalloc::analyze::manual {

/// Throws std::runtime_error when `readme`, the text of README.md, has no such table.
std::string library_page(const std::string& readme, const Edition& edition);

}  // namespace tracemalloc::analyze::manual
