// SPDX-License-Identifier: MIT
#include "analyzer/render/shell_word.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("quotes stand only where a shell needs them") {
    CHECK(shell_word("/tmp/a-b_c.1%") == "/tmp/a-b_c.1%");
    CHECK(shell_word("") == "''");
    CHECK(shell_word("a b") == "'a b'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("$HOME;*") == "'$HOME;*'");
    CHECK(shell_word("~") == "'~'");
}
