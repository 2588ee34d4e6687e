// SPDX-License-Identifier: MIT
//
// The expectations are what fnmatch.fnmatchcase() of CPython 3.11 says; conformance/ compares many
// more.
#include "analyzer/query/glob_match.h"

#include <string>

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

bool match(std::string_view pattern, std::string_view text) {
    return GlobPattern(pattern).matches(text);
}

}  // namespace

TEST_CASE("a pattern without wildcards matches itself only") {
    CHECK(match("", ""));
    CHECK_FALSE(match("", "a"));
    CHECK(match("a.c", "a.c"));
    CHECK_FALSE(match("a.c", "abc"));
    CHECK_FALSE(match("a.c", "a.cc"));
    CHECK(match("a\\b", "a\\b"));
}

TEST_CASE("a star matches anything, a slash and a newline too") {
    CHECK(match("*", ""));
    CHECK(match("*", "a/b\nc"));
    CHECK(match("**", "x"));
    CHECK(match("*.c", "/src/a.c"));
    CHECK_FALSE(match("*.c", "a.c\n"));
    CHECK(match("a*b*c", "a-b-b-c-c"));
    CHECK_FALSE(match("a*b*c", "a-c-b"));
    CHECK(match("*ab", "aab"));
}

TEST_CASE("a question mark is one character, of UTF-8 too") {
    CHECK(match("?", "a"));
    CHECK(match("?", "\n"));
    CHECK_FALSE(match("?", ""));
    CHECK(match("?", "\xc3\xa9"));
    CHECK(match("??", "\xc3\xa9x"));
    CHECK(match("?", "\xf0\x9f\x98\x80"));
    CHECK(match("?", "\xff"));
    CHECK(match("??", "\xc3\x28"));
    CHECK(match("???", "\xed\xa0\x80"));
}

TEST_CASE("sets") {
    CHECK(match("[abc]", "b"));
    CHECK_FALSE(match("[abc]", "d"));
    CHECK_FALSE(match("[abc]", ""));
    CHECK(match("[a-c]x", "bx"));
    CHECK(match("[!a-c]", "d"));
    CHECK_FALSE(match("[!a-c]", "b"));
    CHECK(match("[]a]", "]"));
    CHECK(match("[!]a]", "b"));
    CHECK_FALSE(match("[!]a]", "]"));
    CHECK(match("[^a]", "^"));
    CHECK_FALSE(match("[^a]", "b"));
    CHECK(match("[[]", "["));
    CHECK(match("[a-]", "-"));
    CHECK(match("[-a]", "-"));
    CHECK(match("[!-a]", "b"));
    CHECK_FALSE(match("[!-a]", "-"));
    CHECK(match("[\\]", "\\"));
    CHECK(match("[\xc3\xa0-\xc3\xaf]", "\xc3\xa9"));
}

TEST_CASE("an unclosed bracket stands for itself") {
    CHECK(match("[", "["));
    CHECK(match("[abc", "[abc"));
    CHECK(match("[!", "[!"));
    CHECK(match("[]", "[]"));
    CHECK(match("[!]", "[!]"));
    CHECK_FALSE(match("[abc", "a"));
}

TEST_CASE("backward ranges are empty") {
    CHECK_FALSE(match("[b-a]", "a"));
    CHECK_FALSE(match("[b-a]", "b"));
    CHECK_FALSE(match("[b-a]", "-"));
    CHECK(match("[!b-a]", "a"));
    CHECK(match("[b-ac]", "c"));
    CHECK_FALSE(match("[b-a!x]", "x"));
    CHECK(match("[b-a!x]", "y"));
}

TEST_CASE("many stars take no more than length times length") {
    std::string pattern;
    for (int i = 0; i < 200; ++i) {
        pattern += "*a";
    }
    CHECK_FALSE(match(pattern + "b", std::string(20000, 'a')));
}

}  // namespace tracemalloc::analyze
