// SPDX-License-Identifier: MIT
//
// The traces of one snapshot, or of two, as a tree of calls. Nodes lie in preorder: the subtree of
// node i is [i, nodes[i].end), its first child is i + 1, the next sibling of a node is its end.
// Node 0 stands for everything. At every node total = own + the totals of its children, exactly,
// for bytes and blocks, old and new, and for stacks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// What a node adds up. The old half is nothing unless two snapshots are compared.
struct CallSum {
    Total now;
    Total old;
    std::uint64_t stacks = 0;  ///< distinct tracebacks of either snapshot

    CallSum& operator+=(const CallSum& more) noexcept {
        now += more.now;
        old += more.old;
        stacks += more.stacks;
        return *this;
    }
    friend bool operator==(const CallSum&, const CallSum&) = default;
};

enum class CallKind : std::uint8_t {
    root,
    frame,
    cut,     ///< stands for the callers that were not captured
    folded,  ///< stands for several branches that were too small to keep
};

struct CallNode {
    CallKind kind = CallKind::frame;
    bool set_aside = false;    ///< only passes the allocation on (see Traceback::set_aside)
    FrameId frame{};           ///< of kind `frame`: one that stands for all equal places
    std::uint32_t parent = 0;  ///< the root's is itself
    std::uint32_t end = 0;     ///< one past its subtree
    CallSum own;               ///< of stacks that end here
    CallSum total;
};

struct CallTree {
    std::vector<CallNode> nodes;
    Metric metric = Metric::live;

    [[nodiscard]] const CallNode& root() const noexcept { return nodes.front(); }
};

/// A tree with its small branches put together, and what they held.
struct FoldedTree {
    CallTree tree;
    std::uint64_t branches = 0;  ///< put together; 0: the tree is whole
    CallSum sum;
    /// No such branch holds more than this share of the bytes or of the blocks of a snapshot.
    double largest_share = 0;
};

}  // namespace tracemalloc::analyze
