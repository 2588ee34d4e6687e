// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tracemalloc::analyze {

/// The text as one word of a POSIX shell, in quotes only where it needs them.
std::string shell_word(std::string_view text);

}  // namespace tracemalloc::analyze
