// SPDX-License-Identifier: MIT
#include "analyzer/manual/library_page.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze::manual;

TEST_CASE("the table of the README is the table of the page") {
    const std::string page = library_page(
        "# x\n| `TRACEMALLOC_NO` | not here | 1 |\n## Environment of the recorded process\n\n"
        "| variable | meaning | default |\n|---|---|---|\n"
        "| `TRACEMALLOC_ONE` | a `b\\|c`, see [the guide](guide.md) | 32 |\n\n## Next\n"
        "| `TRACEMALLOC_TWO` | nor here | 1 |\n",
        {"1.0", "2026-01-01"});
    CHECK(page.find("TRACEMALLOC_NO") == std::string::npos);
    CHECK(page.find("TRACEMALLOC_TWO") == std::string::npos);
    CHECK(page.find("\\fBTRACEMALLOC_ONE\\fR\na \\fBb|c\\fR, see the guide. Default: 32.\n") !=
          std::string::npos);
}

TEST_CASE("a README without the table is an error") {
    CHECK_THROWS_WITH(library_page("# x\n", {"1", "d"}), Catch::Contains("no table"));
}
