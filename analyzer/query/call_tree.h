// SPDX-License-Identifier: MIT
//
// Snapshot → tree of calls, and a tree → a smaller one with the same sums.
#pragma once

#include <cstddef>

#include "analyzer/model/call_tree.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

enum class CallOrder {
    callers_first,  ///< top down: below the root the outermost callers
    callees_first,  ///< bottom up: below the root the frames that allocated
};

struct CallTreeOptions {
    CallOrder order = CallOrder::callers_first;
    /// With `attributed`, frames that are set aside are nodes of their own when callers come first,
    /// and left out when callees come first: there they would only hide who asked.
    FrameView view = FrameView::attributed;
};

/// Frames are the same node where they have the same traceback key (frame_key.h) and the same way
/// from the root. Siblings stand in order of size, old size and count, then by place; descending.
/// Where the metric ranks by count, count comes first.
CallTree build_call_tree(const Snapshot& snapshot, FrameTable& table,
                         const CallTreeOptions& options);

/// Both snapshots share `table`. A stack that is in one only counts as nothing in the other.
CallTree build_call_tree(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                         FrameTable& table, const CallTreeOptions& options);

/// Keeps at most `limit` nodes, those with the largest shares, and puts what is left out below a
/// node into one folded child of it, its last. Sums are conserved exactly. The folded children come
/// on top of `limit`: at most one for each node kept.
FoldedTree fold_call_tree(const CallTree& tree, std::size_t limit);

}  // namespace tracemalloc::analyze
