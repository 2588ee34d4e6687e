// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"

namespace tracemalloc::analyze {

#define TM_COMMAND(group, name) std::unique_ptr<Command> make_##name##_command();
#include "analyzer/cli/command_list.def"
#undef TM_COMMAND

CommandList make_commands() {
    CommandList commands;
#define TM_COMMAND(group, name) commands.push_back({#name, #group, make_##name##_command()});
#include "analyzer/cli/command_list.def"
#undef TM_COMMAND
    return commands;
}

}  // namespace tracemalloc::analyze
