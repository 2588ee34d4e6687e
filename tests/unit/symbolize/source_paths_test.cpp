// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/source_paths.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("a relative path is joined with the directory of compilation and normalised") {
    const SourcePaths paths({});
    CHECK(paths.resolve("/build/x", "../src/./a.c") == "/build/src/a.c");
    CHECK(paths.resolve("/build/x/", "a.c") == "/build/x/a.c");
    CHECK(paths.resolve("/build", "/usr//include/../b.h") == "/usr/b.h");
    CHECK(paths.resolve("", "a.c") == "a.c");
    CHECK(paths.resolve(".", "sub/a.c") == "sub/a.c");
}

TEST_CASE("the longest prefix of whole components is mapped") {
    const SourcePaths paths({{"/build", "/a"}, {"/build/deep", "/b"}, {"/slash/", "/c/"}});
    CHECK(paths.resolve("/build", "x.c") == "/a/x.c");
    CHECK(paths.resolve("/build/deep", "x.c") == "/b/x.c");
    CHECK(paths.resolve("/build/deeper", "x.c") == "/a/deeper/x.c");
    CHECK(paths.resolve("/builder", "x.c") == "/builder/x.c");
    CHECK(paths.resolve("/slash", "x.c") == "/c/x.c");
    CHECK(paths.map("/build") == "/a");
}

TEST_CASE("an empty prefix maps nothing") {
    CHECK(SourcePaths(SourcePaths::Map{{"", "/everything"}}).map("/a.c") == "/a.c");
}
