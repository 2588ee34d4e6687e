// SPDX-License-Identifier: MIT
//
// argv → Command. Every complaint of the option library becomes a UsageError of one line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <limits>

#include "analyzer/cli/command_line.h"
#include "analyzer/cli/help_text.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

using Words = std::vector<std::string>;

constexpr double kLongestTimeout = 86400;

/// Everything the options may be written to; which of it counts depends on the command.
struct Parsed {
    ReadOptions read;
    bool all_frames = false;
    std::string old_dump;
    std::string dump;
    RunCommand run;
    SnapshotCommand snapshot;
};

/// The library's own, with air around it.
class Help : public CLI::Formatter {
public:
    std::string make_usage(const CLI::App* app, std::string name) const override {
        return "\n" + CLI::Formatter::make_usage(app, std::move(name));
    }
};

/// The library does not know of the program's words.
class RunHelp : public Help {
public:
    std::string make_usage(const CLI::App*, std::string) const override {
        return "\nUsage: tmtool run [OPTIONS] -- PROGRAM [ARGS...]\n";
    }
};

CLI::App* add_command(CLI::App& app, const char* name, const char* help, const char* brief) {
    CLI::App* command = app.add_subcommand(name, brief);
    // CLI11 prints the description first in a command's own help and beside its name in the list.
    command->preparse_callback([command, help](std::size_t) { command->description(help); });
    command->footer(help::kExitCodes);
    command->formatter(std::make_shared<Help>());
    return command;
}

void add_reading_commands(CLI::App& app, Parsed& parsed) {
    CLI::App* stats =
        add_command(app, "stats", help::kStats, "where the live blocks were allocated");
    CLI::App* diff = add_command(app, "diff", help::kDiff, "what changed between two snapshots");
    CLI::App* traces = add_command(app, "traces", help::kTraces, "the live blocks themselves");
    CLI::App* info = add_command(app, "info", help::kInfo, "what a snapshot tells of its process");
    diff->add_option("OLD", parsed.old_dump, "the earlier dump")->required()->type_name("");
    diff->add_option("NEW", parsed.dump, "the later dump")->required()->type_name("");
    for (CLI::App* command : {stats, traces, info}) {
        command->add_option("DUMP", parsed.dump, "the dump")->required()->type_name("");
    }
    for (CLI::App* command : {stats, diff}) {
        add_grouping_options(*command, parsed.read);
    }
    for (CLI::App* command : {stats, diff, traces}) {
        add_row_options(*command, parsed.read);
        command->add_flag("--all-frames", parsed.all_frames,
                          "--include and --exclude look at every frame of a traceback");
    }
    for (CLI::App* command : {stats, diff, traces, info}) {
        add_output_options(*command, parsed.read);
        add_symbol_options(*command, parsed.read);
    }
}

CLI::App* add_run_command(CLI::App& app, RunCommand& run) {
    CLI::App* command = add_command(app, "run", help::kRun, "record a program");
    command->formatter(std::make_shared<RunHelp>());
    const auto add = [&](const char* name, const char* placeholder, const char* text, auto use) {
        command->add_option_function<std::string>(name, use, text)
            ->type_name(placeholder)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    };
    add("--nframe", "N", "frames kept of each traceback, 1 to 512 (default 32)",
        [&](const std::string& text) {
            run.nframe = std::to_string(parse_number("--nframe", text, {1, 512}));
        });
    add("--output", "PATTERN",
        "where dumps go: %p pid, %e program, %n number from 1, %r reason,\n"
        "%h host, %t unix time, %% a percent sign\n(default tracemalloc.%e.%p.%n.bin)",
        [&](const std::string& text) { run.output = parse_output_pattern("--output", text); });
    add("--signal", "SIGNAL",
        "the signal that takes a snapshot: a name or number, or none\n(default USR1)",
        [&](const std::string& text) { run.signal = parse_snapshot_signal("--signal", text); });
    command->add_flag_callback(
        "--no-exit-snapshot", [&] { run.exit_snapshot = false; },
        "take no snapshot when a process exits");
    return command;
}

void add_snapshot_command(CLI::App& app, SnapshotCommand& snapshot) {
    CLI::App* command =
        add_command(app, "snapshot", help::kSnapshot, "take a snapshot of a recorded process");
    const auto set_pid = [&](const std::string& text) {
        snapshot.pid =
            static_cast<int>(parse_number("PID", text, {1, std::numeric_limits<int>::max()}));
    };
    command->add_option_function<std::string>("PID", set_pid, "the process")
        ->required()
        ->type_name("");
    const auto set_timeout = [&](const std::string& text) {
        snapshot.timeout_s = parse_seconds("--timeout", text, kLongestTimeout);
    };
    command
        ->add_option_function<std::string>("--timeout", set_timeout,
                                           "seconds to wait, up to 86400 (default 30)")
        ->type_name("SECONDS")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

/// Splits `run`'s own words from the program's, which are not for the option library: what looks
/// like an option there is the program's. Returns the program's words and removes them.
Words take_program(Words& words, const CLI::App& run) {
    auto at = words.begin() + 1;
    while (at != words.end() && *at != "--" && at->size() > 1 && at->front() == '-') {
        const CLI::Option* option = run.get_option_no_throw(*at);
        const bool has_value = option != nullptr && option->get_items_expected_max() > 0;
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

std::string command_names(const CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        names += (names.empty() ? "" : ", ") + command->get_name();
    }
    return names;
}

void check_command(const CLI::App& app, const Words& words) {
    if (words.empty()) {
        throw UsageError(
            fmt::format("no command (one of {}; see tmtool --help)", command_names(app)));
    }
    const auto commands = app.get_subcommands(nullptr);
    const bool is_known = std::any_of(commands.begin(), commands.end(), [&](const CLI::App* known) {
        return known->get_name() == words.front();
    });
    if (words.front().front() != '-' && !is_known) {
        throw UsageError(fmt::format("'{}' is not a command (one of {}; see tmtool --help)",
                                     words.front(), command_names(app)));
    }
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
UsageError usage_error(const CLI::ParseError& error, const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    const CLI::App& command = chosen.empty() ? app : *chosen.front();
    return UsageError(fmt::format("{} (see tmtool {}--help)", explain(error, command),
                                  chosen.empty() ? "" : command.get_name() + " "));
}

Command chosen_command(const CLI::App& app, Parsed& parsed, Words program) {
    const std::string name = app.get_subcommands().front()->get_name();
    if (name == "run") {
        if (program.empty() || program.front().empty()) {
            throw UsageError("run: no program (tmtool run [OPTIONS] -- PROGRAM [ARGS...])");
        }
        parsed.run.program = std::move(program);
        return parsed.run;
    }
    if (name == "snapshot") {
        return parsed.snapshot;
    }
    complete(parsed.read, parsed.all_frames);
    if (name == "stats") {
        return StatsCommand{parsed.dump, parsed.read};
    }
    if (name == "diff") {
        return DiffCommand{parsed.old_dump, parsed.dump, parsed.read};
    }
    if (name == "traces") {
        return TracesCommand{parsed.dump, parsed.read};
    }
    return InfoCommand{parsed.dump, parsed.read};
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
    Parsed parsed;
    CLI::App app(help::kTmtool, "tmtool");
    app.set_version_flag("--version", "tmtool " TM_VERSION);
    app.footer(help::kExitCodes);
    app.formatter(std::make_shared<Help>());
    app.require_subcommand(1);
    add_reading_commands(app, parsed);
    const CLI::App* run = add_run_command(app, parsed.run);
    add_snapshot_command(app, parsed.snapshot);

    Words words(argv + std::min(argc, 1), argv + argc);
    check_command(app, words);
    Words program = words.front() == "run" ? take_program(words, *run) : Words();
    reject_empty_values(words);
    std::reverse(words.begin(), words.end());  // as the library wants them
    try {
        app.parse(words);
    } catch (const CLI::Success& help) {
        app.exit(help);
        return NoCommand();
    } catch (const CLI::ParseError& error) {
        throw usage_error(error, app);
    }
    return chosen_command(app, parsed, std::move(program));
}

}  // namespace tracemalloc::analyze
