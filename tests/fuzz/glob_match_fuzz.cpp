// SPDX-License-Identifier: MIT
//
// Any pattern matches any text or does not: no crash, and a few things that hold for all patterns.
// The input is a pattern, a NUL, and a text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analyzer/query/glob_match.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view pattern = input.substr(0, input.find('\0'));
    const std::string_view text =
        pattern.size() < input.size() ? input.substr(pattern.size() + 1) : std::string_view();

    const tracemalloc::analyze::GlobPattern glob(pattern);
    const bool is_match = glob.matches(text);
    const bool is_plain = pattern.find_first_of("*?[") == std::string_view::npos;
    if (is_plain && is_match != (pattern == text)) {
        std::abort();
    }
    const tracemalloc::analyze::GlobPattern anywhere("*" + std::string(pattern) + "*");
    if (is_match && !anywhere.matches(text)) {
        std::abort();
    }
    return 0;
}
