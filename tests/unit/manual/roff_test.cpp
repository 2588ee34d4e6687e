// SPDX-License-Identifier: MIT
#include "analyzer/manual/roff.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze::manual;

TEST_CASE("text comes out as it went in") {
    CHECK(plain("a-b") == "a\\-b");
    CHECK(plain("back\\slash 'quote' `tick` ~ ^") ==
          "back\\eslash \\(aqquote\\(aq \\(gatick\\(ga \\(ti \\(ha");
    CHECK(plain("\xe2\x80\xa6 \xc3\xa9") == "\\[u2026] \\[u00E9]");
    CHECK(plain("cut \xe2") == "cut \\[u2000]");
    CHECK(bold("--x") == "\\fB\\-\\-x\\fR");
    CHECK(from_markdown("a `b` `c") == "a \\fBb\\fR \\(gac");
}

TEST_CASE("a line that begins with a dot is no instruction") {
    Roff page("x", 1, "2026-01-01", "s", "b");
    page.section("name");
    page.paragraph(plain(".hidden"));
    page.block({".SH", "'x"});
    CHECK(page.page() ==
          ".TH X 1 \"2026-01-01\" \"s\" \"b\"\n.SH NAME\n\\&.hidden\n.PP\n.nf\n.RS 4\n\\&.SH\n"
          "\\(aqx\n.RE\n.fi\n");
}

TEST_CASE("long text is broken where spaces are, and not into instructions") {
    Roff page("x", 1, "2026-01-01", "s", "b");
    page.paragraph(plain(std::string(77, 'a') + " .b " + std::string(100, 'c') + " d"));
    CHECK(page.page().find("a\n\\&.b\nccc") != std::string::npos);
    CHECK(page.page().find("c\nd\n") != std::string::npos);
}
