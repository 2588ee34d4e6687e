// SPDX-License-Identifier: MIT
#include "analyzer/manual/completion.h"

#include "analyzer/manual/value_kind.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;
using namespace tracemalloc::analyze::manual;

TEST_CASE("what a value is called says what it may be") {
    OptionTable table;
    CHECK(value_kind(table.value("--a", "DIR", "", nullptr)) == ValueKind::folder);
    CHECK(value_kind(table.value("--a", "FILE", "", nullptr)) == ValueKind::file);
    CHECK(value_kind(table.value("--a", "OUT.html", "", nullptr)) == ValueKind::file);
    CHECK(value_kind(table.value("--a", "N", "", nullptr)) == ValueKind::free);
    CHECK(value_kind(table.operand("DUMP", "", nullptr)) == ValueKind::file);
    CHECK(value_kind(table.operand("PID", "", nullptr)) == ValueKind::process);
    Option& chosen = table.value("--a", "WHEN", "", nullptr);
    chosen.choices = {"x"};
    CHECK(value_kind(chosen) == ValueKind::choice);
}

TEST_CASE("texts cannot end the quotes they stand in") {
    std::vector<DescribedCommand> commands(1);
    commands[0].name = "one";
    commands[0].brief = "it's: [odd]";
    CHECK(zsh_completion(commands).find(R"('one:it'\''s\: \[odd\]')") != std::string::npos);
    CHECK(fish_completion(commands).find(R"(-d 'it\'s: [odd]')") != std::string::npos);
}
