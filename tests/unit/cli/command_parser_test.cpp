// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_line.h"
#include "analyzer/errors.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

Command parse(std::vector<const char*> words) {
    words.insert(words.begin(), "tmtool");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

}  // namespace

TEST_CASE("defaults are those of the manual") {
    const auto stats = std::get<StatsCommand>(parse({"stats", "a.bin"}));
    CHECK(stats.dump == "a.bin");
    CHECK(stats.read.report.group_by == GroupBy::lineno);
    CHECK(stats.read.report.cumulative == Cumulative::no);
    CHECK(stats.read.report.limit == 10);
    CHECK(stats.read.report.format == ReportFormat::text);
    CHECK(stats.read.pipeline.view == FrameView::attributed);
    CHECK(stats.read.pipeline.filters.empty());
    CHECK_FALSE(stats.read.width.has_value());
    CHECK(std::get<SnapshotCommand>(parse({"snapshot", "12"})).timeout_s == 30);
}

TEST_CASE("options stand anywhere, lists grow, and the last single value counts") {
    const auto diff = std::get<DiffCommand>(
        parse({"diff", "--limit", "3", "old", "--include", "*.c", "new", "--exclude=b.c:7",
               "--all-frames", "--limit=0", "--wrapper", "x*", "--wrapper", "y*"}));
    CHECK(diff.old_dump == "old");
    CHECK(diff.new_dump == "new");
    CHECK(diff.read.report.limit == 0);
    REQUIRE(diff.read.pipeline.filters.size() == 2);
    CHECK(diff.read.pipeline.filters[0].all_frames);
    CHECK(diff.read.pipeline.filters[0].filename_pattern == "*.c");
    CHECK(diff.read.pipeline.filters[1].lineno == 7U);
    CHECK(diff.read.pipeline.wrappers == std::vector<std::string>{"x*", "y*"});
}

TEST_CASE("the program's words are its own") {
    const auto words = [](std::vector<const char*> line) {
        return std::get<RunCommand>(parse(std::move(line))).program;
    };
    using Words = std::vector<std::string>;
    CHECK(words({"run", "--", "ls", "--help", "--", "-x"}) == Words{"ls", "--help", "--", "-x"});
    CHECK(words({"run", "ls", "--nframe", "0"}) == Words{"ls", "--nframe", "0"});
    CHECK(words({"run", "--nframe", "9", "ls", "-l"}) == Words{"ls", "-l"});
    CHECK(words({"run", "--nframe=9", "--no-exit-snapshot", "--", "--odd"}) == Words{"--odd"});
    CHECK(std::get<RunCommand>(parse({"run", "--nframe", "009", "ls"})).nframe == "9");
    CHECK_FALSE(std::get<RunCommand>(parse({"run", "ls"})).nframe.has_value());
}

TEST_CASE("complaints are one line") {
    CHECK_THROWS_WITH(parse({"stats"}), "DUMP is required (see tmtool stats --help)");
    CHECK_THROWS_WITH(parse({"stats", "a", "--what"}),
                      "unknown option '--what' (see tmtool stats --help)");
    CHECK_THROWS_WITH(parse({"stats", "a", "--limit"}),
                      "--limit: a value is missing (see tmtool stats --help)");
    CHECK_THROWS_AS(parse({}), UsageError);
    CHECK_THROWS_AS(parse({""}), UsageError);
    CHECK_THROWS_AS(parse({"run", "--", ""}), UsageError);
}
