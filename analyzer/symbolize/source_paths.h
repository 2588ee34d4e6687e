// SPDX-License-Identifier: MIT
//
// Source paths as a report shows them: joined with the directory of compilation, normalised by
// text alone (the sources need not be here), then moved by the user's path map.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracemalloc::analyze {

class SourcePaths {
public:
    using Map = std::vector<std::pair<std::string, std::string>>;

    /// Of the prefixes that match whole path components the longest one counts.
    explicit SourcePaths(Map map);

    [[nodiscard]] std::string resolve(std::string_view compilation_directory,
                                      std::string_view file) const;
    /// The path map alone, for a path that is already whole.
    [[nodiscard]] std::string map(std::string path) const;

private:
    Map map_;  ///< longest prefix first
};

}  // namespace tracemalloc::analyze
