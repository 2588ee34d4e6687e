// SPDX-License-Identifier: MIT
//
// One command of tmtool: what it says of itself, the words it takes, and what it does. Each is one
// file, <name>_command.cpp, which defines make_<name>_command(), and one line of command_list.def.
#pragma once

#include "analyzer/cli/option_table.h"

namespace tracemalloc::analyze {

/// How a command can end, as its help says it.
inline constexpr const char* kReadingExits =
    "Exit codes: 0 done, 2 usage, 3 a dump is damaged or cannot be read, 4 the operation failed.";
inline constexpr const char* kGateExits =
    "Exit codes: 0 done, 1 a gate failed, 2 usage, 3 a dump is damaged or cannot be read,\n"
    "4 the operation failed.";

struct CommandText {
    const char* brief;  ///< beside the name in the list of commands
    const char* help;   ///< before the options in the command's own help; begins with examples
    const char* exits = kReadingExits;  ///< the last paragraph of it: "Exit codes: …"
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
