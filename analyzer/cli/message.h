// SPDX-License-Identifier: MIT
//
// What tmtool says on stderr: whole lines, always with its name in front, so that they can be told
// from the lines of the program it runs.
#pragma once

#include <string_view>

namespace tracemalloc::analyze {

void say_error(std::string_view text);
void say_warning(std::string_view text);
void say_note(std::string_view text);
/// A further line of a note.
void say_more(std::string_view text);

}  // namespace tracemalloc::analyze
