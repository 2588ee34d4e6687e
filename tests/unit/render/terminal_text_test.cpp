// SPDX-License-Identifier: MIT
#include "analyzer/render/terminal_text.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("nothing of a name acts on the terminal") {
    CHECK(printable("plain/path.c") == "plain/path.c");
    CHECK(printable("a\x1b[31mb\n\t\x7f") == "a\\x1b[31mb\\x0a\\x09\\x7f");
    CHECK(printable("grün…") == "grün…");
    CHECK(printable("\xff\xc3(") == "\\xff\\xc3(");         // no UTF-8
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
    CHECK(printable("\xc2\x9b[m") == "\\xc2\\x9b[m");       // a control of the C1 set
    CHECK(printable("\xe2\x80\xae") == "\\xe2\\x80\\xae");  // turns the writing direction
    CHECK(printable("cut\xe2\x80") == "cut\\xe2\\x80");
}

TEST_CASE("width counts characters, not bytes") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("grün") == 4);
    CHECK(display_width("…") == 1);
}

TEST_CASE("text is cut between characters") {
    CHECK(shorten_end("abcdef", 6) == "abcdef");
    CHECK(shorten_end("abcdef", 4) == "abc…");
    CHECK(shorten_end("üüüü", 3) == "üü…");
    CHECK(shorten_end("abc", 0).empty());
    CHECK(shorten_start("abcdef", 6) == "abcdef");
    CHECK(shorten_start("abcdef", 4) == "…def");
    CHECK(shorten_start("üüüü", 3) == "…üü");
    CHECK(shorten_start("abc", 0).empty());
}

TEST_CASE("a path loses folders in the middle and never its file") {
    const std::string path = "/usr/include/c++/12/bits/new_allocator.h";
    CHECK(shorten_path(path, 40) == path);
    CHECK(shorten_path(path, 39) == "/usr/include/…/12/bits/new_allocator.h");
    CHECK(shorten_path(path, 29) == "/usr/…/bits/new_allocator.h");
    CHECK(shorten_path(path, 26) == "…/12/bits/new_allocator.h");
    CHECK(shorten_path(path, 20) == "…/new_allocator.h");
    CHECK(shorten_path(path, 5) == "new_allocator.h");
    CHECK(shorten_path("relative/a/b/c.c", 12) == "…/a/b/c.c");
    CHECK(shorten_path("no_folder_at_all.c", 5) == "no_folder_at_all.c");
    CHECK(shorten_path("", 0).empty());
}

TEST_CASE("a shortened path is as long as allowed at most, as soon as the file fits") {
    const std::string path = "/one/two/three/four/five/six.c";
    for (std::size_t width = display_width("…/six.c"); width < path.size(); ++width) {
        CHECK(display_width(shorten_path(path, width)) <= width);
    }
}
