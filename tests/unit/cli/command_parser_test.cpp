// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_line.h"

#include <algorithm>

#include "analyzer/cli/read_options.h"
#include "analyzer/cli/recording_options.h"
#include "analyzer/errors.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

using Words = std::vector<std::string>;

/// What the words of a command line set.
struct Seen {
    std::string old_dump;
    std::string dump;
    ReadOptions read;
    RecordingOptions recording;
    Words program;
    Words rest;
};

/// Reads like `diff`, or starts a program like `run`, or may do both like a live view.
class ProbeCommand : public Command {
public:
    enum class Like { diff, run, both };
    ProbeCommand(Like like, Seen& seen) : like_(like), seen_(seen) {}

    CommandText text() const override { return {"probe", "Examples:\n  none"}; }
    void declare(OptionTable& options) override {
        if (like_ == Like::diff) {
            options.operand("OLD", "", seen_.old_dump);
            options.operand("NEW", "", seen_.dump);
            add_grouping_options(options, seen_.read);
            add_row_options(options, seen_.read);
            add_output_options(options, seen_.read);
            add_symbol_options(options, seen_.read);
            return;
        }
        if (like_ == Like::both) {
            Option& row = options.operand(
                "WORD", "", [this](const std::string& word) { seen_.rest.push_back(word); });
            row.is_required = false;
            row.is_repeatable = true;
        }
        add_recording_options(options, seen_.recording);
        options.program(seen_.program);
    }
    int execute() override { return 0; }

private:
    Like like_;
    Seen& seen_;
};

Seen parse(Words words) {
    Seen seen;
    CommandList commands;
    commands.push_back(
        {"diff", "Read", std::make_unique<ProbeCommand>(ProbeCommand::Like::diff, seen)});
    commands.push_back(
        {"run", "Record", std::make_unique<ProbeCommand>(ProbeCommand::Like::run, seen)});
    commands.push_back(
        {"top", "Record", std::make_unique<ProbeCommand>(ProbeCommand::Like::both, seen)});
    std::vector<const char*> argv = {"tmtool"};
    for (const std::string& word : words) {
        argv.push_back(word.c_str());
    }
    Command* chosen = parse_command_line(commands, static_cast<int>(argv.size()), argv.data());
    CHECK(chosen != nullptr);
    return seen;
}

}  // namespace

TEST_CASE("defaults are those of the manual") {
    const ReadOptions read = parse({"diff", "a.bin", "b.bin"}).read;
    CHECK(read.report.group_by == GroupBy::lineno);
    CHECK(read.report.cumulative == Cumulative::no);
    CHECK(read.report.limit == 10);
    CHECK(read.report.format == ReportFormat::text);
    CHECK(read.pipeline.view == FrameView::attributed);
    CHECK(read.pipeline.filters.empty());
    CHECK_FALSE(read.width.has_value());
}

TEST_CASE("options stand anywhere, lists grow, and the last single value counts") {
    const Seen seen =
        parse({"diff", "--limit", "3", "old", "--include", "*.c", "new", "--exclude=b.c:7",
               "--all-frames", "--limit=0", "--wrapper", "x*", "--wrapper", "y*"});
    CHECK(seen.old_dump == "old");
    CHECK(seen.dump == "new");
    CHECK(seen.read.report.limit == 0);
    REQUIRE(seen.read.pipeline.filters.size() == 2);
    CHECK(seen.read.pipeline.filters[0].all_frames);
    CHECK(seen.read.pipeline.filters[0].filename_pattern == "*.c");
    CHECK(seen.read.pipeline.filters[1].lineno == 7U);
    CHECK(seen.read.pipeline.wrappers == Words{"x*", "y*"});
}

TEST_CASE("the program's words are its own") {
    CHECK(parse({"run", "--", "ls", "--help", "--", "-x"}).program ==
          Words{"ls", "--help", "--", "-x"});
    CHECK(parse({"run", "ls", "--nframe", "0"}).program == Words{"ls", "--nframe", "0"});
    CHECK(parse({"run", "--nframe", "9", "ls", "-l"}).program == Words{"ls", "-l"});
    CHECK(parse({"run", "--nframe=9", "--no-exit-snapshot", "--", "--odd"}).program ==
          Words{"--odd"});
    CHECK(parse({"run", "--nframe", "009", "ls"}).recording.variables.at("NFRAME") == "9");
    CHECK(parse({"run", "ls"}).recording.variables.empty());
    CHECK(parse({"run", "--sample", "512KiB", "ls"}).recording.variables.at("SAMPLE") == "524288");
    CHECK(parse({"run", "--sample", "auto", "ls"}).recording.variables.at("SAMPLE") == "auto");
    for (const char* bad : {"2TiB", "5KB", "", "fast"}) {
        CHECK_THROWS_AS(parse({"run", "--sample", bad, "ls"}), UsageError);
    }
    CHECK(parse({"run", "--only", "a*:b", "ls"}).recording.variables.at("ONLY") == "a*:b");
    CHECK(parse({"run", "--no-follow", "ls"}).recording.variables.at("FOLLOW") == "0");
    CHECK(parse({"run", "--interval", "0.5", "ls"}).recording.variables.at("INTERVAL") == "0.5");
    CHECK(parse({"run", "--grow=rss:5%", "ls"}).recording.variables.at("GROW") == "rss:5%");
    CHECK(parse({"run", "--autosave", "60,50", "ls"}).recording.variables.at("AUTOSAVE") ==
          "60,50");
}

TEST_CASE("a command with operands of its own has its program behind two dashes") {
    const Seen with_both = parse({"top", "1", "2", "--nframe", "9", "--", "ls", "-l", "--", "x"});
    CHECK(with_both.rest == Words{"1", "2"});
    CHECK(with_both.recording.variables.at("NFRAME") == "9");
    CHECK(with_both.program == Words{"ls", "-l", "--", "x"});
    CHECK(parse({"top", "1"}).program.empty());
    CHECK(parse({"top"}).rest.empty());
}

TEST_CASE("complaints are one line") {
    CHECK_THROWS_WITH(parse({"diff", "a"}), "NEW is required (see tmtool diff --help)");
    CHECK_THROWS_WITH(parse({"diff", "a", "b", "c"}),
                      "unexpected argument 'c' (see tmtool diff --help)");
    CHECK_THROWS_WITH(parse({"diff", "a", "b", "--what"}),
                      "unknown option '--what' (see tmtool diff --help)");
    CHECK_THROWS_WITH(parse({"diff", "a", "b", "--limit"}),
                      "--limit: a value is missing (see tmtool diff --help)");
    CHECK_THROWS_WITH(parse({"diff", "a", "b", "--cumulative", "--group-by=traceback"}),
                      Catch::Contains("--cumulative: not with"));
    CHECK_THROWS_WITH(parse({"what"}),
                      "'what' is not a command (one of diff, run, top; see tmtool --help)");
    CHECK_THROWS_AS(parse({}), UsageError);
    CHECK_THROWS_AS(parse({""}), UsageError);
    CHECK_THROWS_WITH(parse({"--what"}), Catch::Contains("(see tmtool --help)"));
}

TEST_CASE("every command has its name once, and help that begins with examples") {
    const CommandList commands = make_commands();
    REQUIRE_FALSE(commands.empty());
    for (const ListedCommand& listed : commands) {
        CHECK(std::count_if(commands.begin(), commands.end(), [&](const ListedCommand& other) {
                  return other.name == listed.name;
              }) == 1);
        const std::string help = listed.command->text().help;
        CHECK(help.rfind("Examples:\n  tmtool " + listed.name + " ", 0) == 0);
    }
}
