// SPDX-License-Identifier: MIT
//
// argv → the command that was asked for, with its options used.
#pragma once

#include "analyzer/cli/command_list.h"

namespace tracemalloc::analyze {

/// What tmtool says of itself before the list of commands.
extern const char* const kProgramHelp;

/// The command to execute; null when help or the version was asked for and printed. Throws
/// UsageError with one line that says what was given and what is allowed.
Command* parse_command_line(const CommandList& commands, int argc, const char* const* argv);

}  // namespace tracemalloc::analyze
