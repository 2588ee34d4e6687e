// SPDX-License-Identifier: MIT
#include "analyzer/manual/described_command.h"

#include <algorithm>
#include <sstream>

namespace tracemalloc::analyze::manual {

namespace {

constexpr std::size_t kExampleIndent = 2;

}  // namespace

HelpText split_help(const std::string& help) {
    HelpText text;
    std::istringstream lines(help);
    std::string line;
    bool in_examples = false;
    bool is_new = true;
    while (std::getline(lines, line)) {
        if (line == "Examples:") {
            in_examples = true;
        } else if (line.empty()) {
            in_examples = false;
            is_new = true;
        } else if (in_examples) {
            text.examples.push_back(
                line.substr(std::min(line.find_first_not_of(' '), kExampleIndent)));
        } else {
            if (is_new) {
                text.paragraphs.emplace_back();
            }
            is_new = false;
            text.paragraphs.back().push_back(line);
        }
    }
    return text;
}

std::vector<DescribedCommand> describe(const CommandList& commands) {
    std::vector<DescribedCommand> described;
    for (const ListedCommand& listed : commands) {
        const CommandText text = listed.command->text();
        DescribedCommand& command = described.emplace_back();
        command.name = listed.name;
        command.group = listed.group;
        command.brief = text.brief;
        command.help = split_help(text.help);
        command.exits = text.exits;
        listed.command->declare(command.table);
    }
    return described;
}

std::string one_line(const std::string& text) {
    std::string line = text;
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

std::string brief_of(const Option& option) {
    std::string brief = one_line(option.text);
    for (const char* end : {" (", "; ", ": "}) {
        brief = brief.substr(0, brief.find(end));
    }
    return brief;
}

}  // namespace tracemalloc::analyze::manual
