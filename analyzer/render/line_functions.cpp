// SPDX-License-Identifier: MIT
#include "analyzer/render/line_functions.h"

#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

LineFunctions::LineFunctions(const FrameTable& table, std::span<const FrameId> lines)
    : table_(table) {
    for (const FrameId line : lines) {
        const Frame& frame = table[line];
        if (frame.filename.is_known() && !frame.function.is_known()) {
            shares_[{frame.filename.id(), frame.lineno}];
        }
    }
}

void LineFunctions::learn(const Snapshot& snapshot, bool attributed, Cumulative cumulative) {
    if (shares_.empty()) {
        return;
    }
    for (const Trace& trace : snapshot.traces) {
        auto frames = visible_frames(snapshot.tracebacks[trace.traceback], attributed);
        if (cumulative == Cumulative::no && frames.size() > 1) {
            frames = frames.first(1);
        }
        for (const FrameId frame : frames) {
            add(frame, trace.total().size);
        }
    }
}

void LineFunctions::add(FrameId id, std::uint64_t size) {
    const Frame& frame = table_[id];
    const auto line = shares_.find({frame.filename.id(), frame.lineno});
    if (line != shares_.end() && frame.function.is_known()) {
        Share& share = line->second[frame.function.id()];
        share.function = frame.function;
        share.size += size;
    }
}

Frame LineFunctions::named(FrameId id) const {
    Frame frame = table_[id];
    const auto line = shares_.find({frame.filename.id(), frame.lineno});
    if (frame.function.is_known() || line == shares_.end()) {
        return frame;
    }
    const Share* best = nullptr;
    for (const auto& [function, share] : line->second) {
        const bool is_better = best == nullptr || share.size > best->size ||
                               (share.size == best->size && share.function < best->function);
        best = is_better ? &share : best;
    }
    if (best != nullptr) {
        frame.function = best->function;
    }
    return frame;
}

}  // namespace tracemalloc::analyze
