// SPDX-License-Identifier: MIT
#include "analyzer/query/survivors.h"

#include "analyzer/model/sampled_part.h"
#include "analyzer/query/births.h"

namespace tracemalloc::analyze {

namespace {

/// Makes `part` hold that many blocks of each trace of `whole`.
void take_counts(const Snapshot& whole, const std::vector<std::uint64_t>& counts, Snapshot& part) {
    part.traces.clear();
    for (std::size_t trace = 0; trace < counts.size(); ++trace) {
        if (counts[trace] > 0) {
            part.traces.push_back(whole.traces[trace]);
            part.traces.back().count = counts[trace];
        }
    }
}

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
        take_counts(last, count_born(last, {series[at - 1]->info.number, series[at]->info.number}),
                    born);
        survivors.push_back(group_by(born, table, grouping));
    }
    return survivors;
}

Statistics find_kept(const Snapshot& old_snapshot, const Snapshot& new_snapshot, FrameTable& table,
                     const Grouping& grouping) {
    if (!sampled_part(old_snapshot).any() || !sampled_part(new_snapshot).any() ||
        !is_of_one_process({&old_snapshot, &new_snapshot}) || !new_snapshot.births.is_known()) {
        return {};
    }
    BirthFilter born;
    born.before = old_snapshot.info.number;
    Snapshot kept = new_snapshot;
    take_counts(new_snapshot, count_born(new_snapshot, born), kept);
    return group_by(kept, table, grouping);
}

}  // namespace tracemalloc::analyze
