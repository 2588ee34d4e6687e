// SPDX-License-Identifier: MIT
//
// The commands as values to write about: name, texts and the table of options.
#pragma once

#include <string>
#include <vector>

#include "analyzer/cli/command_list.h"

namespace tracemalloc::analyze::manual {

/// The help of a command in its parts.
struct HelpText {
    std::vector<std::string> examples;                 ///< lines, without the common indentation
    std::vector<std::vector<std::string>> paragraphs;  ///< of lines
};

struct DescribedCommand {
    std::string name;
    std::string group;
    std::string brief;
    HelpText help;
    std::string exits;
    OptionTable table;
};

/// Parts what begins with "Examples:" and goes on with paragraphs.
HelpText split_help(const std::string& help);

/// The commands outlive what is returned.
std::vector<DescribedCommand> describe(const CommandList& commands);

/// The text of an option in one line, without what follows its first statement.
std::string brief_of(const Option& option);

/// The text of an option in one line, whole.
std::string one_line(const std::string& text);

}  // namespace tracemalloc::analyze::manual
