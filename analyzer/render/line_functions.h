// SPDX-License-Identifier: MIT
//
// A row grouped by line has no function in its key, as in Python, but a reader wants to see one.
// This finds, for the lines that are shown, the function that holds most of each.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// What the first `shown` rows, or pointers to rows, are of.
template <class Rows>
std::vector<FrameId> lines_of(const Rows& rows, std::size_t shown) {
    std::vector<FrameId> lines;
    for (std::size_t at = 0; at < shown; ++at) {
        if constexpr (std::is_pointer_v<typename Rows::value_type>) {
            lines.push_back(rows[at]->traceback.front());
        } else {
            lines.push_back(rows[at].traceback.front());
        }
    }
    return lines;
}

class LineFunctions {
public:
    LineFunctions(const FrameTable& table, std::span<const FrameId> lines);

    /// Looks at the frames that statistics looked at: all of them when cumulative.
    void learn(const Snapshot& snapshot, bool attributed, Cumulative cumulative);

    /// The frame of a row with its function filled in, if one was found.
    [[nodiscard]] Frame named(FrameId line) const;

private:
    using Line = std::pair<const void*, std::uint32_t>;  ///< file and number
    struct Share {
        Name function;
        std::uint64_t size = 0;
    };

    void add(FrameId frame, std::uint64_t size);

    const FrameTable& table_;
    std::map<Line, std::unordered_map<const void*, Share>> shares_;
};

}  // namespace tracemalloc::analyze
