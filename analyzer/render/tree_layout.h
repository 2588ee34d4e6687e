// SPDX-License-Identifier: MIT
//
// A tree of calls → the rows that are shown of it. Nothing is lost: what a row does not show of its
// node's total is in its own part, in the rows below it, or in one row for the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/model/call_tree.h"

namespace tracemalloc::analyze {

struct TreeOptions {
    bool callers_first = true;
    /// Of the bytes, or of the count where the metric ranks by it; smaller branches are summed.
    double least_share = 0.01;
    std::size_t branches = 10;  ///< shown of each call; 0: all
    std::size_t depth = 0;      ///< levels shown; 0: all
    bool join_chains = true;    ///< calls with nothing beside them share a row
};

struct TreeRow {
    enum class Kind {
        call,
        own,   ///< what the call above allocates itself, when it also calls
        rest,  ///< branches of the call above that are not shown
    };
    static constexpr std::size_t kNoParent = static_cast<std::size_t>(-1);

    Kind kind = Kind::call;
    std::uint32_t node = 0;            ///< of `call`: the last one of the chain
    std::vector<std::uint32_t> chain;  ///< joined before `node`
    std::size_t parent = kNoParent;    ///< index of a row
    Total total;
    Total own;
    Total rest;                  ///< in calls below that are not shown
    std::uint64_t branches = 0;  ///< how many those are; of `rest` all it stands for
    bool last = false;           ///< among the rows below its parent
    bool straight = false;       ///< the only call shown below its parent; continues its line
    bool deeper = false;         ///< has calls below the depth limit
};

/// In order of display. Frames that are set aside are no rows; they belong to the call they serve.
std::vector<TreeRow> lay_out_tree(const CallTree& tree, const TreeOptions& options);

}  // namespace tracemalloc::analyze
