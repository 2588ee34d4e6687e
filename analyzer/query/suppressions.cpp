// SPDX-License-Identifier: MIT
#include "analyzer/query/suppressions.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tracemalloc::analyze {

namespace {

/// The pattern in the words of GlobPattern, which knows `?` and `[` beside `*`.
std::string as_glob(std::string_view pattern) {
    const bool from_start = !pattern.empty() && pattern.front() == '^';
    pattern.remove_prefix(from_start ? 1 : 0);
    const bool to_end = !pattern.empty() && pattern.back() == '$';
    pattern.remove_suffix(to_end ? 1 : 0);
    std::string glob = from_start ? "" : "*";
    for (const char byte : pattern) {
        glob += byte == '?' || byte == '[' ? std::string{'[', byte, ']'} : std::string(1, byte);
    }
    return glob + (to_end ? "" : "*");
}

}  // namespace

void Suppressions::add(std::string_view pattern, std::string place) {
    all_.push_back({std::string(pattern), std::move(place), {}});
    patterns_.emplace_back(as_glob(pattern));
}

std::size_t Suppressions::find(const Frame& frame) const {
    for (std::size_t at = 0; at < patterns_.size(); ++at) {
        for (const Name name : {frame.function, frame.filename, frame.module}) {
            if (name.is_known() && patterns_[at].matches(name.text())) {
                return at;
            }
        }
    }
    return kNone;
}

void Suppressions::apply(Snapshot& snapshot, const FrameTable& table) {
    std::vector<std::optional<std::size_t>> by_frame(table.size());
    std::vector<std::size_t> by_traceback;
    by_traceback.reserve(snapshot.tracebacks.size());
    for (const Traceback& traceback : snapshot.tracebacks) {
        std::size_t first = kNone;
        for (const FrameId id : traceback.frames) {
            std::optional<std::size_t>& known = by_frame[static_cast<std::size_t>(id)];
            if (!known) {
                known = find(table[id]);
            }
            first = std::min(first, *known);
        }
        by_traceback.push_back(first);
    }
    std::erase_if(snapshot.traces, [&](const Trace& trace) {
        const std::size_t found = by_traceback[trace.traceback];
        if (found == kNone) {
            return false;
        }
        all_[found].suppressed += trace.total();
        return true;
    });
}

}  // namespace tracemalloc::analyze
