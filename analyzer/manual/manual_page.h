// SPDX-License-Identifier: MIT
//
// The manual of tmtool: one page that lists the commands, and one for each command.
#pragma once

#include <string>

#include "analyzer/manual/described_command.h"

namespace tracemalloc::analyze::manual {

/// What stands in the head and foot of every page.
struct Edition {
    std::string version;
    std::string date;
};

std::string program_page(const std::vector<DescribedCommand>& commands, const Edition& edition);
std::string command_page(const DescribedCommand& command, const Edition& edition);

}  // namespace tracemalloc::analyze::manual
