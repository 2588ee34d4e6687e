// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/cli/command.h"

namespace tracemalloc::analyze {

struct ListedCommand {
    std::string name;
    std::string group;  ///< the heading it stands under in --help
    std::unique_ptr<Command> command;
};

using CommandList = std::vector<ListedCommand>;

/// One of each, in the order of command_list.def.
CommandList make_commands();

}  // namespace tracemalloc::analyze
