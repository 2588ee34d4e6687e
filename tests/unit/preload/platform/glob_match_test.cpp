// SPDX-License-Identifier: MIT
//
// The analyzer's patterns, which are compared with CPython's, are the reference.
#include "preload/platform/glob_match.h"

#include <string>
#include <vector>

#include "analyzer/query/glob_match.h"
#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

/// Every word of up to `length` of these letters.
std::vector<std::string> words(const std::vector<std::string>& letters, std::size_t length) {
    std::vector<std::string> all = {""};
    for (std::size_t from = 0, to = 1; length > 0; --length, from = to, to = all.size()) {
        for (std::size_t at = from; at < to; ++at) {
            for (const std::string& letter : letters) {
                all.push_back(all[at] + letter);
            }
        }
    }
    return all;
}

bool has_backward_range(const std::string& pattern) {
    return pattern.find("b-a") != std::string::npos || pattern.find("b-!") != std::string::npos ||
           pattern.find("b-*") != std::string::npos || pattern.find("b-?") != std::string::npos ||
           pattern.find("b--") != std::string::npos;
}

std::size_t differences(const std::vector<std::string>& patterns,
                        const std::vector<std::string>& texts) {
    std::size_t found = 0;
    for (const std::string& pattern : patterns) {
        const analyze::GlobPattern reference(pattern);
        for (const std::string& text : texts) {
            if (glob_matches(pattern, text) != reference.matches(text)) {
                ++found;
                INFO("'" << pattern << "' on '" << text << "'");
                CHECK(glob_matches(pattern, text) == reference.matches(text));
            }
        }
    }
    return found;
}

}  // namespace

TEST_CASE("a glob means what it means to the analyzer") {
    std::vector<std::string> patterns;
    for (const std::string& pattern : words({"a", "b", "*", "?", "[", "]", "!", "-"}, 5)) {
        if (!has_backward_range(pattern)) {
            patterns.push_back(pattern);
        }
    }
    CHECK(differences(patterns, words({"a", "b", "-", "]"}, 3)) == 0);
    CHECK(differences(words({"\xc3\xa9", "\xc3", "?", "*", "[", "]", "x-"}, 4),
                      words({"\xc3\xa9", "\xc3", "x", "\xf0\x9f\x98\x80"}, 3)) == 0);
}

TEST_CASE("backward ranges are empty here too") {
    CHECK_FALSE(glob_matches("[b-a]", "a"));
    CHECK_FALSE(glob_matches("[b-a]", "b"));
    CHECK(glob_matches("[!b-a]", "a"));
    CHECK(glob_matches("[b-ac]", "c"));
}

TEST_CASE("names of programs") {
    CHECK(glob_matches("redis-server", "redis-server"));
    CHECK_FALSE(glob_matches("redis", "redis-server"));
    CHECK(glob_matches("python3*", "python3.11"));
    CHECK(glob_matches("cc1*[!s]", "cc1plus2"));
    std::string pattern;
    for (int times = 0; times < 200; ++times) {
        pattern += "*a";
    }
    CHECK_FALSE(glob_matches(pattern + "b", std::string(20000, 'a')));
}

TEST_CASE("one of several globs is enough") {
    CHECK(any_glob_matches("a:b*:c", "b1"));
    CHECK(any_glob_matches("a:b*:c", "a"));
    CHECK(any_glob_matches("a:b*:c", "c"));
    CHECK_FALSE(any_glob_matches("a:b*:c", "ac"));
    CHECK_FALSE(any_glob_matches("a:b*:c", "a:b"));
    CHECK_FALSE(any_glob_matches("a", "b"));
}

}  // namespace tracemalloc::preload
