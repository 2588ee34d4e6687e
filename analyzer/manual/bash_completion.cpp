// SPDX-License-Identifier: MIT
//
// Needs bash alone. Readline parts words at '=', so `--format=js` arrives as three.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/manual/completion.h"
#include "analyzer/manual/value_kind.h"

namespace tracemalloc::analyze::manual {

namespace {

constexpr const char* kHead = R"x(# bash completion for tmtool
_tmtool() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local command= program= at options= kind=
    COMPREPLY=()
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((at = 1; at < COMP_CWORD; at++)); do
        if [[ ${COMP_WORDS[at]} == -- ]]; then
            program=$((at + 1))
            break
        elif [[ -z $command && ${COMP_WORDS[at]} != -* ]]; then
            command=${COMP_WORDS[at]}
        fi
    done
)x";

constexpr const char* kTail = R"x(    if [[ -n $program ]]; then
        if ((COMP_CWORD == program)); then
            compopt -o filenames
            COMPREPLY=($(compgen -c -- "$word"))
        else
            compopt -o default
        fi
    elif [[ $kind == files ]]; then
        compopt -o default
    elif [[ $kind == folders ]]; then
        compopt -o filenames
        local IFS=$'\n'
        COMPREPLY=($(compgen -d -- "$word"))
    elif [[ $kind == words:* ]]; then
        COMPREPLY=($(compgen -W "${kind#words:}" -- "$word"))
    elif [[ $kind != free ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    fi
}
complete -F _tmtool tmtool
)x";

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

std::string kind_text(const Option& option) {
    switch (value_kind(option)) {
        case ValueKind::choice:
            return "words:" + joined(option.choices);
        case ValueKind::file:
            return "files";
        case ValueKind::folder:
            return "folders";
        case ValueKind::process:
            return fmt::format("words:$({})", kRecordedProcesses);
        case ValueKind::free:
            break;
    }
    return "free";
}

/// Operands that are not told apart: what the first one takes is offered for all.
std::string operand_kind(const OptionTable& table) {
    const auto& options = table.options();
    const auto operand = std::find_if(options.begin(), options.end(), [](const Option& option) {
        return option.kind == Option::Kind::operand;
    });
    return operand == options.end() ? "" : kind_text(*operand);
}

void write_command(std::string& script, const DescribedCommand& command) {
    std::string names;
    std::string values;
    for (const Option& option : command.table.options()) {
        if (option.kind != Option::Kind::operand) {
            names += option.name + " ";
        }
        if (option.kind == Option::Kind::value || option.kind == Option::Kind::list) {
            values +=
                fmt::format("            {}) kind=\"{}\" ;;\n", option.name, kind_text(option));
        }
    }
    script += fmt::format("    {})\n        options='{}--help'\n", command.name, names);
    script += fmt::format(
        "        case $before in\n{}            *) [[ $word == -* ]] || kind=\"{}\" ;;\n"
        "        esac\n        ;;\n",
        values, operand_kind(command.table));
}

}  // namespace

std::string bash_completion(const std::vector<DescribedCommand>& commands) {
    std::string script = kHead;
    std::string names;
    script += "    case $command in\n";
    for (const DescribedCommand& command : commands) {
        write_command(script, command);
        names += command.name + " ";
    }
    script += fmt::format("    '') options='{}--help --version' ;;\n    esac\n", names);
    return script + kTail;
}

}  // namespace tracemalloc::analyze::manual
