// SPDX-License-Identifier: MIT
#include "analyzer/query/survivors.h"

#include "analyzer/query/births.h"

namespace tracemalloc::analyze {

namespace {

/// The blocks at the peak have no place in the order of snapshots.
bool is_of_one_process(const std::vector<const Snapshot*>& series) {
    for (std::size_t at = 0; at < series.size(); ++at) {
        const SnapshotInfo& info = series[at]->info;
        const SnapshotInfo& first = series.front()->info;
        if (info.pid != first.pid || info.host != first.host ||
            info.start_unix_ns != first.start_unix_ns || info.reason == "peak" ||
            !info.sources.empty() || (at > 0 && info.number <= series[at - 1]->info.number)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::vector<Statistics> find_survivors(const std::vector<const Snapshot*>& series,
                                       FrameTable& table, const Grouping& grouping) {
    std::vector<Statistics> survivors;
    const Snapshot& last = *series.back();
    if (!is_of_one_process(series) || !last.births.is_known()) {
        return survivors;
    }
    Snapshot born = last;
    for (std::size_t at = 1; at < series.size(); ++at) {
        const std::vector<std::uint64_t> counts =
            count_born(last, {series[at - 1]->info.number, series[at]->info.number});
        born.traces.clear();
        for (std::size_t trace = 0; trace < counts.size(); ++trace) {
            if (counts[trace] > 0) {
                born.traces.push_back(last.traces[trace]);
                born.traces.back().count = counts[trace];
            }
        }
        survivors.push_back(group_by(born, table, grouping));
    }
    return survivors;
}

}  // namespace tracemalloc::analyze
