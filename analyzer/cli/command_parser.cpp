// SPDX-License-Identifier: MIT
//
// The option tables as a CLI11 application, the one place that sees that library. Every complaint
// of it becomes a UsageError of one line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "analyzer/cli/command_line.h"
#include "analyzer/cli/config_file.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

const char* const kProgramHelp = R"(Examples:
  tmtool run -- ./server --port 80          record a program; a snapshot is taken when it exits
  tmtool snapshot 1234                      take one now, of a recorded process
  tmtool stats DUMP                         the lines that hold most of the heap
  tmtool diff OLD NEW                       what grew between two snapshots
  tmtool COMMAND --help                     examples and options of a command

Which lines of a program hold its heap. Python's tracemalloc for any process.)";

namespace {

using Words = std::vector<std::string>;

/// The library's own, with air around it. It does not know of a program's words.
class Help : public CLI::Formatter {
public:
    explicit Help(const OptionTable* table = nullptr) : table_(table) {}
    std::string make_usage(const CLI::App* app, std::string name) const override {
        std::string usage = "\n" + CLI::Formatter::make_usage(app, std::move(name));
        if (table_ != nullptr && table_->program() != nullptr) {
            usage.insert(usage.find_last_not_of('\n') + 1, " -- PROGRAM [ARGS...]");
        }
        return usage;
    }

private:
    const OptionTable* table_;
};

/// A listed command, and how the library knows it.
struct KnownCommand {
    const ListedCommand* listed = nullptr;
    CLI::App* app = nullptr;
    OptionTable table;
};

CLI::Option* add_single(CLI::App& app, const Option& option) {
    return app.add_option_function<std::string>(option.name, option.use, option.text)
        ->type_name(option.placeholder);
}

CLI::Option* add_repeatable(CLI::App& app, const Option& option) {
    const auto use_all = [&option](const Words& words) {
        std::for_each(words.begin(), words.end(), option.use);
    };
    return app.add_option_function<Words>(option.name, use_all, option.text)
        ->type_name(option.placeholder);
}

void add_option(CLI::App& app, const Option& option) {
    switch (option.kind) {
        case Option::Kind::flag:
            app.add_flag_callback(
                option.name, [&option] { option.use(""); }, option.text);
            break;
        case Option::Kind::value:
            add_single(app, option)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
            break;
        case Option::Kind::list:
            add_repeatable(app, option)->allow_extra_args(false);
            break;
        case Option::Kind::operand:
            (option.is_repeatable ? add_repeatable(app, option) : add_single(app, option))
                ->required(option.is_required);
            break;
    }
}

void add_command(CLI::App& app, KnownCommand& known) {
    const CommandText text = known.listed->command->text();
    known.listed->command->declare(known.table);
    CLI::App* added = app.add_subcommand(known.listed->name, text.brief);
    // CLI11 prints the description first in a command's own help and beside its name in the list.
    added->preparse_callback([added, text](std::size_t) { added->description(text.help); });
    added->group(known.listed->group);
    added->footer(text.exits);
    added->formatter(std::make_shared<Help>(&known.table));
    for (const Option& option : known.table.options()) {
        add_option(*added, option);
    }
    known.app = added;
}

/// Parts the command's own words from the program's, which are not for the option library: what
/// looks like an option there is the program's. Returns the program's words and removes them.
Words take_program(Words& words, const OptionTable& table) {
    auto at = words.begin() + 1;
    if (table.has_operands()) {
        at = std::find(at, words.end(), "--");
    }
    while (at != words.end() && *at != "--" && at->size() > 1 && at->front() == '-') {
        const Option* option = table.find(*at);
        const bool has_value = option != nullptr && option->kind != Option::Kind::flag;
        at += has_value && at + 1 != words.end() ? 2 : 1;
    }
    const bool is_marked = at != words.end() && *at == "--";
    Words program(is_marked ? at + 1 : at, words.end());
    words.erase(at, words.end());
    return program;
}

/// CLI11 would take the next word for the value.
void reject_empty_values(const Words& words) {
    for (const std::string& word : words) {
        if (word == "--") {
            return;
        }
        if (word.substr(0, 2) == "--" && word.find('=') == word.size() - 1) {
            throw UsageError(
                fmt::format("{}: a value must follow the '='", word.substr(0, word.size() - 1)));
        }
    }
}

std::string command_names(const std::vector<KnownCommand>& commands) {
    std::string names;
    for (const KnownCommand& known : commands) {
        names += (names.empty() ? "" : ", ") + known.listed->name;
    }
    return names;
}

/// The command that the first word names; none when that is an option of tmtool itself.
KnownCommand* find_command(std::vector<KnownCommand>& commands, const Words& words) {
    if (words.empty()) {
        throw UsageError(
            fmt::format("no command (one of {}; see tmtool --help)", command_names(commands)));
    }
    const auto found = std::find_if(
        commands.begin(), commands.end(),
        [&](const KnownCommand& known) { return known.listed->name == words.front(); });
    if (found != commands.end()) {
        return &*found;
    }
    if (words.front().substr(0, 1) == "-") {
        return nullptr;
    }
    throw UsageError(fmt::format("'{}' is not a command (one of {}; see tmtool --help)",
                                 words.front(), command_names(commands)));
}

std::string explain(const CLI::ParseError& error, const CLI::App& command) {
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        return text.substr(0, text.find(':')) + ": a value is missing";
    }
    const Words extra = command.remaining();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr || extra.empty()) {
        return text;
    }
    return fmt::format("{} '{}'",
                       extra.front().front() == '-' ? "unknown option" : "unexpected argument",
                       extra.front());
}

/// One line, with where to look.
UsageError usage_error(const CLI::ParseError& error, const CLI::App& app,
                       const KnownCommand* chosen) {
    return UsageError(fmt::format("{} (see tmtool {}--help)",
                                  explain(error, chosen != nullptr ? *chosen->app : app),
                                  chosen != nullptr ? chosen->listed->name + " " : ""));
}

/// False when help or the version was printed.
bool parse(CLI::App& app, Words words, const KnownCommand* chosen) {
    std::reverse(words.begin(), words.end());  // as the library wants them
    try {
        app.parse(words);
        return true;
    } catch (const CLI::Success& help) {
        app.exit(help);
        return false;
    } catch (const CLI::ParseError& error) {
        throw usage_error(error, app, chosen);
    }
}

void use_config(const std::vector<KnownCommand>& commands, const KnownCommand& chosen) {
    const std::string* named = chosen.table.config_path();
    const std::string path = named == nullptr || !named->empty() ? "" : user_config_path();
    if (named == nullptr || (named->empty() && path.empty())) {
        return;
    }
    const ConfigFile config = read_config_file(named->empty() ? path : *named);
    Tables tables;
    for (const KnownCommand& known : commands) {
        tables[known.listed->name] = &known.table;
    }
    check_settings(config, tables);
    apply_settings(config, chosen.listed->name, chosen.table, [&](const Option& option) {
        return chosen.app->get_option(option.name)->count() > 0;
    });
}

}  // namespace

Command* parse_command_line(const CommandList& commands, int argc, const char* const* argv) {
    CLI::App app(kProgramHelp, "tmtool");
    app.set_version_flag("--version", "tmtool " TM_VERSION);
    app.footer(kGateExits);
    app.formatter(std::make_shared<Help>());
    app.require_subcommand(1);
    std::vector<KnownCommand> known(commands.size());
    for (std::size_t at = 0; at < commands.size(); ++at) {
        known[at].listed = &commands[at];
        add_command(app, known[at]);
    }

    Words words(argv + std::min(argc, 1), argv + argc);
    KnownCommand* chosen = find_command(known, words);
    if (chosen != nullptr && chosen->table.program() != nullptr) {
        *chosen->table.program() = take_program(words, chosen->table);
    }
    reject_empty_values(words);
    if (!parse(app, std::move(words), chosen) || chosen == nullptr) {
        return nullptr;
    }
    use_config(known, *chosen);
    for (const auto& check : chosen->table.checks()) {
        check();
    }
    return chosen->listed->command.get();
}

}  // namespace tracemalloc::analyze
