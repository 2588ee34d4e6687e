// SPDX-License-Identifier: MIT
//
// One-line messages to the person at the terminal, by write(2) on descriptor 2. A daemon may have
// closed its stderr and opened a file of its own there: the message is then dropped, never written
// into the user's file.
#pragma once

#include <string_view>

#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload::diagnostics {

using Line = TextBuffer<1024>;

/// Remembers what descriptor 2 is now. Called once, before the program's code runs.
void remember_stderr() noexcept;

/// Writes "tracemalloc: LINE\n" in one write, if descriptor 2 is still what it was. One line it is,
/// whatever names are in it: control characters become question marks.
void say(std::string_view line) noexcept;

}  // namespace tracemalloc::preload::diagnostics
