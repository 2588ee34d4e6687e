// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/manual/completion.h"
#include "analyzer/manual/value_kind.h"

namespace tracemalloc::analyze::manual {

namespace {

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        result += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return result + "'";
}

/// The part of a `complete` line that says what a value may be.
std::string values(const Option& option) {
    switch (value_kind(option)) {
        case ValueKind::choice: {
            std::string words;
            for (const std::string& choice : option.choices) {
                words += (words.empty() ? "" : " ") + choice;
            }
            return "-x -a " + quoted(words);
        }
        case ValueKind::file:
            return "-r -F";
        case ValueKind::folder:
            return "-x -a '(__fish_complete_directories)'";
        case ValueKind::process:
            return fmt::format("-x -a '({})'", kRecordedProcesses);
        case ValueKind::free:
            break;
    }
    return "-x";
}

/// `--limit` is a long option, `-o` a short one.
std::string switch_of(const std::string& name) {
    return name.rfind("--", 0) == 0 ? "-l " + name.substr(2) : "-s " + name.substr(1);
}

void write_option(std::string& script, const std::string& head, const Option& option) {
    const std::string brief = quoted(brief_of(option));
    switch (option.kind) {
        case Option::Kind::flag:
            script += fmt::format("{} {} -d {}\n", head, switch_of(option.name), brief);
            return;
        case Option::Kind::value:
        case Option::Kind::list:
            script += fmt::format("{} {} {} -d {}\n", head, switch_of(option.name), values(option),
                                  brief);
            return;
        case Option::Kind::operand:
            script += fmt::format("{} {}\n", head,
                                  value_kind(option) == ValueKind::file ? "-F" : values(option));
    }
}

}  // namespace

std::string fish_completion(const std::vector<DescribedCommand>& commands) {
    std::string script = "# fish completion for tmtool\ncomplete -c tmtool -f\n";
    const std::string first = "complete -c tmtool -n __fish_use_subcommand";
    script += first + " -l version -d 'print the version'\n";
    script += "complete -c tmtool -s h -l help -d 'print examples and options'\n";
    for (const DescribedCommand& command : commands) {
        script += fmt::format("{} -a {} -d {}\n", first, command.name, quoted(command.brief));
        const std::string head =
            fmt::format("complete -c tmtool -n '__fish_seen_subcommand_from {}'", command.name);
        for (const Option& option : command.table.options()) {
            write_option(script, head, option);
        }
        if (command.table.program() != nullptr) {
            script += head + " -a '(__fish_complete_subcommand)'\n";
        }
    }
    return script;
}

}  // namespace tracemalloc::analyze::manual
