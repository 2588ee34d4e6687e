// SPDX-License-Identifier: MIT
//
// Snapshots from a few words, and rows as text.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/model/snapshot.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::test {

using analyze::Frame;
using analyze::FrameId;
using analyze::FrameTable;

class TraceSet {
public:
    explicit TraceSet(FrameTable& table) : table_(table) {}

    FrameId place(const char* filename, std::uint32_t lineno, const char* function = nullptr,
                  const char* module = "app", std::uint64_t offset = 0) {
        Frame frame;
        frame.filename = filename != nullptr ? table_.name(filename) : analyze::Name();
        frame.lineno = lineno;
        frame.function = function != nullptr ? table_.name(function) : analyze::Name();
        frame.module = module != nullptr ? table_.name(module) : analyze::Name();
        frame.offset = offset;
        return table_.intern(frame);
    }

    void add(std::uint64_t size, std::uint64_t count, std::vector<FrameId> frames,
             std::size_t set_aside = 0) {
        snapshot.traces.push_back(
            {0, static_cast<std::uint32_t>(snapshot.tracebacks.size()), size, count});
        snapshot.tracebacks.push_back({std::move(frames), set_aside, 1});
    }

    analyze::Snapshot snapshot;

private:
    FrameTable& table_;
};

/// `file:line function module+offset`, known parts only.
inline std::string text_of(const Frame& frame) {
    std::string text;
    if (frame.filename.is_known()) {
        text += std::string(frame.filename.text());
        text += frame.lineno != 0 ? ":" + std::to_string(frame.lineno) : "";
    }
    const auto separate = [&] { text += text.empty() ? "" : " "; };
    if (frame.function.is_known()) {
        separate();
        text += frame.function.text();
    }
    if (frame.module.is_known()) {
        separate();
        text += frame.module.text();
        text += frame.offset != 0 ? "+" + std::to_string(frame.offset) : "";
    }
    return text;
}

/// "a.c:1 < b.c:2 = size/count"
inline std::string text_of(const analyze::Statistic& row, const FrameTable& table) {
    std::string text;
    for (const FrameId id : row.traceback) {
        text += (text.empty() ? "" : " < ") + text_of(table[id]);
    }
    return text + " = " + std::to_string(row.size) + "/" + std::to_string(row.count);
}

inline std::vector<std::string> rows_of(const TraceSet& traces, FrameTable& table,
                                        const analyze::Grouping& grouping) {
    std::vector<std::string> rows;
    for (const analyze::Statistic& row : analyze::group_by(traces.snapshot, table, grouping).rows) {
        rows.push_back(text_of(row, table));
    }
    return rows;
}

}  // namespace tracemalloc::test
