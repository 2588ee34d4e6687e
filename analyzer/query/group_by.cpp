// SPDX-License-Identifier: MIT
#include "analyzer/query/group_by.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "analyzer/query/frame_key.h"
#include "analyzer/query/report_order.h"

namespace tracemalloc::analyze {

namespace {

using Groups = std::unordered_map<FrameId, Total>;

std::vector<FrameId> keys_of(std::span<const FrameId> frames, FrameKeys& key_of) {
    std::vector<FrameId> keys;
    for (const FrameId frame : frames) {
        keys.push_back(key_of(frame));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

/// A trace that counts k times in a group is not k independent ones: its variance there is k² times
/// its own, of which k are in the sum already.
void add_repetition(Groups& groups, const std::vector<FrameId>& sorted_keys,
                    const Variance& variance) {
    for (auto at = sorted_keys.begin(); at != sorted_keys.end();) {
        const auto end = std::upper_bound(at, sorted_keys.end(), *at);
        const auto times = static_cast<double>(end - at);
        const double more = times * times - times;
        groups[*at].variance += {variance.size * more, variance.count * more};
        at = end;
    }
}

std::vector<Statistic> group_by_frame(const Snapshot& snapshot, FrameTable& table,
                                      const Grouping& grouping) {
    const std::vector<Total> sums = sum_by_traceback(snapshot);
    FrameKeys key_of(table, grouping.by);
    Groups groups;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i].count == 0) {
            continue;
        }
        auto frames = frames_of(snapshot.tracebacks[i], grouping.view);
        if (grouping.cumulative == Cumulative::no && frames.size() > 1) {
            frames = frames.first(1);
        }
        for (const FrameId frame : frames) {
            groups[key_of(frame)] += sums[i];
        }
        if (frames.size() > 1 && sums[i].variance != Variance{}) {
            add_repetition(groups, keys_of(frames, key_of), sums[i].variance);
        }
    }
    std::vector<Statistic> rows;
    rows.reserve(groups.size());
    for (const auto& [key, sum] : groups) {
        rows.push_back({{key}, sum.size, sum.count, sum.variance});
    }
    return rows;
}

FrameId label_key(const Traceback& traceback, FrameTable& table, GroupBy by) {
    Frame key;
    key.function =
        by == GroupBy::tag ? traceback.tag : table.name(std::to_string(traceback.domain));
    return table.intern(key);
}

std::vector<Statistic> group_by_label(const Snapshot& snapshot, FrameTable& table, GroupBy by) {
    const std::vector<Total> sums = sum_by_traceback(snapshot);
    std::map<FrameId, Total> groups;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i].count != 0) {
            groups[label_key(snapshot.tracebacks[i], table, by)] += sums[i];
        }
    }
    std::vector<Statistic> rows;
    for (const auto& [key, sum] : groups) {
        rows.push_back({{key}, sum.size, sum.count, sum.variance});
    }
    return rows;
}

std::vector<Statistic> group_by_traceback(const Snapshot& snapshot, FrameTable& table,
                                          const Grouping& grouping) {
    const std::vector<Total> sums = sum_by_traceback(snapshot);
    FrameKeys key_of(table, grouping.by);
    std::vector<Statistic> rows;
    TracebackIndex index;
    std::vector<FrameId> key;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i].count == 0) {
            continue;
        }
        key.clear();
        for (const FrameId frame : frames_of(snapshot.tracebacks[i], grouping.view)) {
            key.push_back(key_of(frame));
        }
        auto found = index.find(key);
        if (found == index.end()) {
            rows.push_back({key, 0, 0});
            // Points at the row's own heap array, which stays when `rows` grows.
            found = index.emplace(rows.back().traceback, rows.size() - 1).first;
        }
        Statistic& row = rows[found->second];
        row.size += sums[i].size;
        row.count += sums[i].count;
        row.variance += sums[i].variance;
    }
    return rows;
}

std::vector<Statistic> rows_of(const Snapshot& snapshot, FrameTable& table,
                               const Grouping& grouping) {
    switch (grouping.by) {
        case GroupBy::traceback:
            return group_by_traceback(snapshot, table, grouping);
        case GroupBy::domain:
        case GroupBy::tag:
            return group_by_label(snapshot, table, grouping.by);
        default:
            return group_by_frame(snapshot, table, grouping);
    }
}

}  // namespace

std::vector<Total> sum_by_traceback(const Snapshot& snapshot) {
    std::vector<Total> sums(snapshot.tracebacks.size());
    for (const Trace& trace : snapshot.traces) {
        sums[trace.traceback] += trace.total();
    }
    return sums;
}

Statistics group_by(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping) {
    Statistics statistics;
    statistics.total = snapshot.total();
    statistics.rows = rows_of(snapshot, table, grouping);
    statistics.metric = snapshot.metric;
    sort_report(statistics.rows, table, snapshot.metric);
    return statistics;
}

}  // namespace tracemalloc::analyze
