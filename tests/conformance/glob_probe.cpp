// SPDX-License-Identifier: MIT
//
// In: pairs of pattern and text on stdin, each ended by NUL. Out: a 1 or 0 for each pair.
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "analyzer/query/glob_match.h"

int main() {
    const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
    std::string_view rest = input;
    const auto take = [&rest] {
        const std::string_view word = rest.substr(0, rest.find('\0'));
        rest.remove_prefix(word.size() + 1);
        return word;
    };
    while (!rest.empty()) {
        const tracemalloc::analyze::GlobPattern pattern(take());
        std::cout << (pattern.matches(take()) ? '1' : '0');
    }
}
