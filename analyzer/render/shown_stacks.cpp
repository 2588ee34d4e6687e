// SPDX-License-Identifier: MIT
#include "analyzer/render/shown_stacks.h"

#include <algorithm>
#include <functional>

#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

ShownStacks::ShownStacks(const Snapshot& snapshot, const FrameTable& table, bool attributed,
                         std::span<const std::vector<FrameId>* const> rows)
    : table_(table) {
    for (const std::vector<FrameId>* key : rows) {
        by_hash_.emplace(hash_of(*key), entries_.size());
        entries_.push_back({.key = key});
    }
    std::vector<std::uint64_t> sizes(snapshot.tracebacks.size());
    for (const Trace& trace : snapshot.traces) {
        sizes[trace.traceback] += trace.total().size;
    }
    for (std::size_t index = 0; index < sizes.size(); ++index) {
        const Traceback& traceback = snapshot.tracebacks[index];
        const auto found = index_of(visible_frames(traceback, attributed));
        if (!found) {
            continue;
        }
        Entry& entry = entries_[*found];
        if (entry.traceback == nullptr || sizes[index] > entry.size) {
            entry.traceback = &traceback;
            entry.size = sizes[index];
        }
    }
}

const Traceback* ShownStacks::find(const std::vector<FrameId>& key) const {
    const auto found = index_of(key);
    return found ? entries_[*found].traceback : nullptr;
}

/// A key keeps of a frame its source line, or else its function in a module, or else its offset
/// there (see query/group_by.h); what a key does not keep may differ.
bool ShownStacks::is_same_place(FrameId a, FrameId b) const {
    const Frame& left = table_[a];
    const Frame& right = table_[b];
    if (a == b) {
        return true;
    }
    if (left.filename != right.filename || left.function != right.function) {
        return false;
    }
    if (left.filename.is_known()) {
        return left.lineno == right.lineno && left.inlined == right.inlined;
    }
    return left.module == right.module && (left.function.is_known() || left.offset == right.offset);
}

std::size_t ShownStacks::hash_of(std::span<const FrameId> frames) const {
    std::size_t hash = frames.size();
    for (const FrameId id : frames) {
        const Frame& frame = table_[id];
        const std::size_t part = std::hash<const void*>()(frame.filename.id()) * 31 +
                                 std::hash<const void*>()(frame.function.id()) + frame.lineno;
        hash = (hash ^ part) * 0x9e3779b97f4a7c15U;
    }
    return hash;
}

std::optional<std::size_t> ShownStacks::index_of(std::span<const FrameId> frames) const {
    const auto [from, to] = by_hash_.equal_range(hash_of(frames));
    const auto found = std::find_if(from, to, [&](const auto& candidate) {
        const std::vector<FrameId>& key = *entries_[candidate.second].key;
        return std::equal(key.begin(), key.end(), frames.begin(), frames.end(),
                          [&](FrameId a, FrameId b) { return is_same_place(a, b); });
    });
    return found == to ? std::nullopt : std::optional(found->second);
}

}  // namespace tracemalloc::analyze
