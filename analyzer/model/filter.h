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

/// Blocks born after one snapshot of their process and before another, by their numbers; 0 is where
/// the process begins: in a forked one, the fork.
struct BirthFilter {
    std::optional<std::uint32_t> after{};
    std::optional<std::uint32_t> before{};

    [[nodiscard]] bool is_any() const noexcept { return after || before; }
};

}  // namespace tracemalloc::analyze
