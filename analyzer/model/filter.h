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
    std::string filename_pattern;  ///< by the rules of Python's fnmatch
    std::optional<std::uint32_t> lineno;
    bool all_frames = false;
    /// Python's DomainFilter: of a filter with one of these nothing else counts.
    std::optional<std::uint32_t> domain{};
    std::optional<std::string> tag_pattern{};  ///< the same rules; without a tag: the empty text
};

}  // namespace tracemalloc::analyze
