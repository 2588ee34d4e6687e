// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/manual/completion.h"
#include "analyzer/manual/value_kind.h"

namespace tracemalloc::analyze::manual {

namespace {

/// Inside single quotes, and inside the brackets of _arguments.
std::string quoted(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
        } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
            result += std::string("\\") + c;
        } else {
            result += c;
        }
    }
    return result;
}

std::string action(const Option& option) {
    switch (value_kind(option)) {
        case ValueKind::choice: {
            std::string words;
            for (const std::string& choice : option.choices) {
                words += (words.empty() ? "" : " ") + choice;
            }
            return "(" + words + ")";
        }
        case ValueKind::file:
            return "_files";
        case ValueKind::folder:
            return "_files -/";
        case ValueKind::process:
            return "_tmtool_processes";
        case ValueKind::free:
            break;
    }
    return " ";
}

std::string specification(const Option& option, std::size_t& operands) {
    const std::string brief = quoted(brief_of(option));
    switch (option.kind) {
        case Option::Kind::flag:
            return fmt::format("'{}[{}]'", option.name, brief);
        case Option::Kind::value:
        case Option::Kind::list:
            return fmt::format("'{}{}=[{}]:{}:{}'", option.kind == Option::Kind::list ? "*" : "",
                               option.name, brief, quoted(option.placeholder), action(option));
        case Option::Kind::operand:
            break;
    }
    const std::string place = option.is_repeatable ? "*" : std::to_string(++operands);
    return fmt::format("'{}:{}{}:{}'", place, option.is_required ? "" : ":", quoted(option.name),
                       action(option));
}

void write_command(std::string& script, const DescribedCommand& command) {
    script += fmt::format("        {})\n            _arguments -S \\\n", command.name);
    std::size_t operands = 0;
    for (const Option& option : command.table.options()) {
        script += fmt::format("                {} \\\n", specification(option, operands));
    }
    if (command.table.program() != nullptr) {
        script += "                '*::program: _normal' \\\n";
    }
    script += "                '(- *)'{-h,--help}'[print examples and options]'\n            ;;\n";
}

}  // namespace

std::string zsh_completion(const std::vector<DescribedCommand>& commands) {
    std::string script = "#compdef tmtool\n\n";
    script += fmt::format(
        "_tmtool_processes() {{\n    local -a pids\n    pids=($({}))\n"
        "    compadd -a pids\n}}\n\n",
        kRecordedProcesses);
    script += "_tmtool() {\n    local state\n    local -a commands\n    commands=(\n";
    for (const DescribedCommand& command : commands) {
        script += fmt::format("        '{}:{}'\n", command.name, quoted(command.brief));
    }
    script +=
        "    )\n"
        "    _arguments -C \\\n"
        "        '(- *)'{-h,--help}'[print examples and commands]' \\\n"
        "        '(- *)--version[print the version]' \\\n"
        "        '1: :->command' '*:: :->words' && return\n"
        "    case $state in\n"
        "    command) _describe -t commands command commands ;;\n"
        "    words)\n        case $words[1] in\n";
    for (const DescribedCommand& command : commands) {
        write_command(script, command);
    }
    return script + "        esac\n        ;;\n    esac\n}\n\n_tmtool \"$@\"\n";
}

}  // namespace tracemalloc::analyze::manual
