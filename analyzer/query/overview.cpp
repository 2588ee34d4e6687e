// SPDX-License-Identifier: MIT
#include "analyzer/query/overview.h"

#include "analyzer/query/memory_division.h"
#include "analyzer/query/size_classes.h"

namespace tracemalloc::analyze {

Overview make_overview(const Snapshot& snapshot, FrameTable& table, FrameView view) {
    Overview overview;
    overview.memory = divide_memory(snapshot.info);
    overview.lines = group_by(snapshot, table, {GroupBy::lineno, Cumulative::no, view});
    overview.sizes = size_classes(snapshot);
    return overview;
}

}  // namespace tracemalloc::analyze
