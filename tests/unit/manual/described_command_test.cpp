// SPDX-License-Identifier: MIT
#include "analyzer/manual/described_command.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::manual;
using Lines = std::vector<std::string>;

TEST_CASE("help falls into examples and paragraphs") {
    const HelpText help = split_help("Examples:\n  a b\n    c\n\nOne\ntwo.\n\n  three");
    CHECK(help.examples == Lines{"a b", "  c"});
    REQUIRE(help.paragraphs.size() == 2);
    CHECK(help.paragraphs[0] == Lines{"One", "two."});
    CHECK(help.paragraphs[1] == Lines{"  three"});
    CHECK(split_help("Only words.").examples.empty());
}

TEST_CASE("the brief of an option is its first statement") {
    Option option;
    option.text = "rows shown (default 10; 0: all);\nthe rest";
    CHECK(brief_of(option) == "rows shown");
    option.text = "where\ndumps go: %p";
    CHECK(brief_of(option) == "where dumps go");
}

TEST_CASE("every command is described") {
    const CommandList list = make_commands();
    const auto commands = describe(list);
    REQUIRE(commands.size() == list.size());
    for (const DescribedCommand& command : commands) {
        CHECK_FALSE(command.help.examples.empty());
        CHECK_FALSE(command.help.paragraphs.empty());
        for (const Option& option : command.table.options()) {
            CHECK_FALSE(brief_of(option).empty());
        }
    }
}
