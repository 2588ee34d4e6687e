// SPDX-License-Identifier: MIT
#include "analyzer/query/filter_traces.h"

#include <algorithm>
#include <cstdint>

#include "analyzer/query/births.h"
#include "analyzer/query/glob_match.h"

namespace tracemalloc::analyze {

namespace {

/// One filter with what it made of each frame so far: frames are far fewer than their occurrences.
class FrameMatcher {
public:
    FrameMatcher(const Filter& filter, const FrameTable& table)
        : filter_(filter),
          table_(table),
          pattern_(filter.tag_pattern ? *filter.tag_pattern : filter.filename_pattern),
          known_(table.size(), Answer::unasked) {}

    /// Python's Filter._match() and DomainFilter._match().
    bool accepts(const Traceback& traceback, FrameView view) {
        return is_match(traceback, view) == filter_.inclusive;
    }

private:
    bool is_match(const Traceback& traceback, FrameView view) {
        if (filter_.tag_pattern) {
            return pattern_.matches(traceback.tag.text());
        }
        if (filter_.domain && traceback.domain != *filter_.domain) {
            return false;
        }
        if (filter_.filename_pattern.empty()) {
            return true;
        }
        const std::span<const FrameId> seen =
            view == FrameView::attributed ? traceback.attributed() : traceback.frames;
        return filter_.all_frames ? std::any_of(traceback.frames.begin(), traceback.frames.end(),
                                                [this](FrameId id) { return matches(id); })
                                  : !seen.empty() && matches(seen.front());
    }

    enum class Answer : std::uint8_t { unasked, no, yes };

    bool matches(FrameId id) {
        Answer& answer = known_[static_cast<std::size_t>(id)];
        if (answer == Answer::unasked) {
            const Frame& frame = table_[id];
            const Name place = frame.filename.is_known() ? frame.filename : frame.module;
            const bool is_match = (!filter_.lineno || *filter_.lineno == frame.lineno) &&
                                  pattern_.matches(place.text());
            answer = is_match ? Answer::yes : Answer::no;
        }
        return answer == Answer::yes;
    }

    const Filter& filter_;
    const FrameTable& table_;
    GlobPattern pattern_;
    std::vector<Answer> known_;
};

}  // namespace

void filter_traces(Snapshot& snapshot, const FrameTable& table, const std::vector<Filter>& filters,
                   FrameView view) {
    if (filters.empty()) {
        return;
    }
    std::vector<FrameMatcher> inclusive;
    std::vector<FrameMatcher> exclusive;
    for (const Filter& filter : filters) {
        (filter.inclusive ? inclusive : exclusive).emplace_back(filter, table);
    }
    std::vector<bool> is_kept;
    is_kept.reserve(snapshot.tracebacks.size());
    for (const Traceback& traceback : snapshot.tracebacks) {
        const auto accepts = [&](FrameMatcher& matcher) {
            return matcher.accepts(traceback, view);
        };
        is_kept.push_back(
            (inclusive.empty() || std::any_of(inclusive.begin(), inclusive.end(), accepts)) &&
            std::all_of(exclusive.begin(), exclusive.end(), accepts));
    }
    std::vector<bool> is_gone;
    is_gone.reserve(snapshot.traces.size());
    for (const Trace& trace : snapshot.traces) {
        is_gone.push_back(!is_kept[trace.traceback]);
    }
    erase_traces(snapshot, is_gone);
    const auto is_dropped = [&](const auto& row) { return !is_kept[row.traceback]; };
    std::erase_if(snapshot.live, is_dropped);
    if (snapshot.traffic) {
        std::erase_if(*snapshot.traffic, is_dropped);
    }
}

}  // namespace tracemalloc::analyze
