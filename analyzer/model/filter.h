// SPDX-License-Identifier: MIT
//
// Python's tracemalloc.Filter as data; the rules are in query/filter_traces.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tracemalloc::analyze {

struct Filter {
    bool inclusive = true;
    std::string filename_pattern;  ///< by the rules of Python's fnmatch; empty: any place
    std::optional<std::uint32_t> lineno;
    bool all_frames = false;
    std::optional<std::uint32_t> domain{};  ///< and without a pattern Python's DomainFilter
    /// The same rules; without a tag: the empty text. Of a filter with this nothing else counts.
    std::optional<std::string> tag_pattern{};
};

}  // namespace tracemalloc::analyze
