// SPDX-License-Identifier: MIT
#include "analyzer/manual/manual_page.h"

#include <algorithm>
#include <set>

#include "analyzer/cli/command_line.h"
#include "analyzer/manual/roff.h"

namespace tracemalloc::analyze::manual {

namespace {

constexpr const char* kBook = "User Commands";

Roff new_page(const std::string& name, const std::string& brief, const Edition& edition) {
    Roff page(name, 1, edition.date, "tracemalloc " + edition.version, kBook);
    page.section("name");
    page.paragraph(plain(name) + " \\- " + plain(brief));
    return page;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += (text.empty() ? "" : " ") + line;
    }
    return text;
}

bool is_indented(const std::string& line) {
    return line.rfind(' ', 0) == 0;
}

void write_help(Roff& page, const HelpText& help) {
    if (!help.examples.empty()) {
        page.section("examples");
        page.block(help.examples);
    }
    page.section("description");
    for (const auto& lines : help.paragraphs) {
        if (std::any_of(lines.begin(), lines.end(), is_indented)) {
            page.block(lines);
        } else {
            page.paragraph(plain(joined(lines)));
        }
    }
}

std::string synopsis(const DescribedCommand& command) {
    std::string line = bold("tmtool " + command.name) + " [" + italic("OPTIONS") + "]";
    for (const Option& option : command.table.options()) {
        if (option.kind == Option::Kind::operand) {
            const std::string name = italic(option.name) + (option.is_repeatable ? "..." : "");
            line += option.is_required ? " " + name : " [" + name + "]";
        }
    }
    if (command.table.program() != nullptr) {
        const std::string program =
            bold("--") + " " + italic("PROGRAM") + " [" + italic("ARGS") + "...]";
        line += command.table.has_operands() ? " [" + program + "]" : " " + program;
    }
    return line;
}

void write_options(Roff& page, const OptionTable& table) {
    page.section("options");
    for (const Option& option : table.options()) {
        const bool is_operand = option.kind == Option::Kind::operand;
        std::string term = is_operand ? italic(option.name) : bold(option.name);
        if (!option.placeholder.empty()) {
            term += " " + italic(option.placeholder);
        }
        page.item(term, plain(one_line(option.text)));
    }
    page.item(bold("-h") + ", " + bold("--help"), plain("Print examples and options, and exit."));
}

std::string settings_text(const std::vector<DescribedCommand>& commands) {
    std::set<std::string> names;
    for (const DescribedCommand& command : commands) {
        for (const Option& option : command.table.options()) {
            if (option.is_setting) {
                names.insert(option.name.substr(2));
            }
        }
    }
    std::string text =
        "Settings of the user, in TOML (below XDG_CONFIG_HOME where that is set). A key is a long "
        "option without its dashes; a table with the name of a command holds for that command "
        "alone. The command line wins; lists add up. Keys:";
    for (const std::string& name : names) {
        text += (text.back() == ':' ? " " : ", ") + name;
    }
    return text + ".";
}

void write_end(Roff& page, const std::string& exits) {
    page.section("exit status");
    page.paragraph(plain(one_line(exits.substr(exits.find(": ") + 2))));
}

}  // namespace

std::string program_page(const std::vector<DescribedCommand>& commands, const Edition& edition) {
    const std::string brief = "which lines of a program hold its heap";
    Roff page = new_page("tmtool", brief, edition);
    page.section("synopsis");
    page.paragraph(bold("tmtool") + " " + italic("COMMAND") + " [" + italic("OPTIONS") + "] ...");
    write_help(page, split_help(kProgramHelp));
    page.section("commands");
    std::string group;
    for (const DescribedCommand& command : commands) {
        if (command.group != group) {
            group = command.group;
            page.subsection(group);
        }
        page.item(bold("tmtool-" + command.name) + "(1)", plain(command.brief));
    }
    page.section("options");
    page.item(bold("-h") + ", " + bold("--help"), plain("Print examples and commands, and exit."));
    page.item(bold("--version"), plain("Print the version, and exit."));
    page.section("files");
    page.item(bold("~/.config/tmtool.toml"), plain(settings_text(commands)));
    write_end(page, kGateExits);
    page.section("see also");
    page.paragraph(bold("libtracemalloc") + "(7)");
    return page.page();
}

std::string command_page(const DescribedCommand& command, const Edition& edition) {
    Roff page = new_page("tmtool-" + command.name, command.brief, edition);
    page.section("synopsis");
    page.paragraph(synopsis(command));
    write_help(page, command.help);
    write_options(page, command.table);
    write_end(page, command.exits);
    page.section("see also");
    page.paragraph(bold("tmtool") + "(1), " + bold("libtracemalloc") + "(7)");
    return page.page();
}

}  // namespace tracemalloc::analyze::manual
