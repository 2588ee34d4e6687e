// SPDX-License-Identifier: MIT
//
// One command of tmtool: what it says of itself, the words it takes, and what it does. Each is one
// file, <name>_command.cpp, which defines make_<name>_command(), and one line of command_list.def.
#pragma once

#include "analyzer/cli/option_table.h"

namespace tracemalloc::analyze {

struct CommandText {
    const char* brief;  ///< beside the name in the list of commands
    const char* help;   ///< before the options in the command's own help; begins with examples
};

class Command {
public:
    Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    virtual CommandText text() const = 0;
    /// The command outlives the table, whose rows write to it.
    virtual void declare(OptionTable& options) = 0;
    /// Called once, when the words were used. Returns the exit code.
    virtual int execute() = 0;
};

}  // namespace tracemalloc::analyze
