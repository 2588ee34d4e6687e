// SPDX-License-Identifier: MIT
#include "analyzer/query/group_by.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "analyzer/query/report_order.h"

namespace tracemalloc::analyze {

namespace {

Frame place_in_module(const Frame& frame) {
    Frame key;
    key.module = frame.module;
    key.function = frame.function;
    key.offset = frame.function.is_known() ? 0 : frame.offset;
    return key;
}

Frame filename_key(const Frame& frame) {
    Frame key;
    key.filename = frame.filename;
    key.module = frame.filename.is_known() ? Name() : frame.module;
    return key;
}

Frame lineno_key(const Frame& frame) {
    if (!frame.filename.is_known()) {
        return place_in_module(frame);
    }
    Frame key;
    key.filename = frame.filename;
    key.lineno = frame.lineno;
    return key;
}

Frame function_key(const Frame& frame) {
    Frame key;
    key.function = frame.function;
    key.filename = frame.filename;
    key.module = frame.module;
    const bool has_name = frame.function.is_known() || frame.filename.is_known();
    key.offset = has_name ? 0 : frame.offset;
    return key;
}

Frame module_key(const Frame& frame) {
    Frame key;
    key.module = frame.module;
    return key;
}

Frame traceback_key(const Frame& frame) {
    if (!frame.filename.is_known()) {
        return place_in_module(frame);
    }
    Frame key = frame;
    key.module = Name();
    key.offset = 0;
    return key;
}

Frame make_key(const Frame& frame, GroupBy by) {
    switch (by) {
        case GroupBy::filename:
            return filename_key(frame);
        case GroupBy::lineno:
            return lineno_key(frame);
        case GroupBy::function:
            return function_key(frame);
        case GroupBy::module:
            return module_key(frame);
        case GroupBy::traceback:
            break;
    }
    return traceback_key(frame);
}

/// Frame → key frame; each frame is looked up in the table once.
class KeyMap {
public:
    KeyMap(FrameTable& table, GroupBy by) : table_(table), by_(by), keys_(table.size(), kUnset) {}

    FrameId operator()(FrameId id) {
        FrameId& key = keys_[static_cast<std::size_t>(id)];
        if (key == kUnset) {
            // A copy: interning moves the table's frames.
            const Frame frame = table_[id];
            key = table_.intern(make_key(frame, by_));
        }
        return key;
    }

private:
    static constexpr FrameId kUnset{std::numeric_limits<std::uint32_t>::max()};

    FrameTable& table_;
    GroupBy by_;
    std::vector<FrameId> keys_;
};

void add(Total& sum, const Total& more) noexcept {
    sum.size += more.size;
    sum.count += more.count;
}

/// Traces of one traceback share their key: summed first, they need one look-up together.
std::vector<Total> sum_by_traceback(const Snapshot& snapshot) {
    std::vector<Total> sums(snapshot.tracebacks.size());
    for (const Trace& trace : snapshot.traces) {
        add(sums[trace.traceback], {trace.size * trace.count, trace.count});
    }
    return sums;
}

std::span<const FrameId> frames_of(const Traceback& traceback, FrameView view) noexcept {
    return view == FrameView::attributed ? traceback.attributed() : std::span(traceback.frames);
}

std::vector<Statistic> group_by_frame(const Snapshot& snapshot, FrameTable& table,
                                      const Grouping& grouping) {
    const std::vector<Total> sums = sum_by_traceback(snapshot);
    KeyMap key_of(table, grouping.by);
    std::unordered_map<FrameId, Total> groups;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i].count == 0) {
            continue;
        }
        auto frames = frames_of(snapshot.tracebacks[i], grouping.view);
        if (grouping.cumulative == Cumulative::no && frames.size() > 1) {
            frames = frames.first(1);
        }
        for (const FrameId frame : frames) {
            add(groups[key_of(frame)], sums[i]);
        }
    }
    std::vector<Statistic> rows;
    rows.reserve(groups.size());
    for (const auto& [key, sum] : groups) {
        rows.push_back({{key}, sum.size, sum.count});
    }
    return rows;
}

std::vector<Statistic> group_by_traceback(const Snapshot& snapshot, FrameTable& table,
                                          const Grouping& grouping) {
    const std::vector<Total> sums = sum_by_traceback(snapshot);
    KeyMap key_of(table, grouping.by);
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
    }
    return rows;
}

}  // namespace

Statistics group_by(const Snapshot& snapshot, FrameTable& table, const Grouping& grouping) {
    Statistics statistics;
    statistics.total = snapshot.total();
    statistics.rows = grouping.by == GroupBy::traceback
                          ? group_by_traceback(snapshot, table, grouping)
                          : group_by_frame(snapshot, table, grouping);
    sort_report(statistics.rows, table);
    return statistics;
}

}  // namespace tracemalloc::analyze
