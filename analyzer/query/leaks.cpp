// SPDX-License-Identifier: MIT
#include "analyzer/query/leaks.h"

#include <algorithm>
#include <map>

namespace tracemalloc::analyze {

namespace {

/// The blocks of each trace that `count_of` says, grouped.
template <class CountOf>
Statistics group_part(Snapshot& part, const std::vector<Trace>& traces, FrameTable& table,
                      const Grouping& grouping, CountOf count_of) {
    part.traces.clear();
    for (Trace trace : traces) {
        trace.count = count_of(trace);
        if (trace.count > 0) {
            part.traces.push_back(trace);
        }
    }
    return group_by(part, table, grouping);
}

std::uint64_t size_of(const LeakRow& row) noexcept {
    return row.direct.size + row.indirect.size;
}

}  // namespace

Leaks find_leaks(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping) {
    Snapshot part;
    part.tracebacks = snapshot.tracebacks;
    const Statistics direct =
        group_part(part, snapshot.traces, table, grouping,
                   [](const Trace& trace) { return trace.unreachable_direct; });
    const Statistics indirect =
        group_part(part, snapshot.traces, table, grouping,
                   [](const Trace& trace) { return trace.unreachable_indirect; });
    Leaks leaks;
    leaks.direct = direct.total;
    leaks.indirect = indirect.total;
    for (Trace trace : snapshot.traces) {
        trace.count -= trace.unreachable_direct + trace.unreachable_indirect;
        leaks.reachable += trace.total();
    }
    std::map<std::vector<FrameId>, std::size_t> places;
    for (const Statistic& row : direct.rows) {
        places.emplace(row.traceback, leaks.rows.size());
        leaks.rows.push_back({row.traceback, row.total(), {}});
    }
    for (const Statistic& row : indirect.rows) {
        const auto [at, is_new] = places.emplace(row.traceback, leaks.rows.size());
        if (is_new) {
            leaks.rows.push_back({row.traceback, {}, {}});
        }
        leaks.rows[at->second].indirect = row.total();
    }
    std::stable_sort(leaks.rows.begin(), leaks.rows.end(),
                     [](const LeakRow& a, const LeakRow& b) { return size_of(a) > size_of(b); });
    return leaks;
}

void keep_unreachable(Snapshot& snapshot) {
    for (Trace& trace : snapshot.traces) {
        trace.count = trace.unreachable_direct + trace.unreachable_indirect;
    }
    std::erase_if(snapshot.traces, [](const Trace& trace) { return trace.count == 0; });
}

}  // namespace tracemalloc::analyze
