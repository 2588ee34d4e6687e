// SPDX-License-Identifier: MIT
#include "analyzer/export/folded.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "analyzer/export/frame_label.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

/// Frames are named once each: stacks share them.
class FoldedStacks {
public:
    FoldedStacks(const FrameTable& table, const ExportOptions& options, bool as_heaptrack)
        : table_(table), options_(options), as_heaptrack_(as_heaptrack), names_(table.size()) {}

    /// `side` is 0 for the old numbers, 1 for the new ones.
    void add(const Snapshot& snapshot, std::size_t side) {
        for (const Trace& trace : snapshot.traces) {
            const Total total = trace.total();
            const Amount number = options_.measure == Measure::bytes ? total.size : total.count;
            lines_[fold(snapshot.tracebacks[trace.traceback])][side] += number;
        }
    }

    [[nodiscard]] const std::map<std::string, std::array<Amount, 2>>& lines() const {
        return lines_;
    }

private:
    std::string fold(const Traceback& traceback) {
        const auto frames = visible_frames(traceback, options_.attributed);
        std::string text;
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
            text += text.empty() || as_heaptrack_ ? "" : ";";
            text += name_of_frame(*frame);
        }
        return text;
    }

    const std::string& name_of_frame(FrameId id) {
        std::string& name = names_[static_cast<std::size_t>(id)];
        if (name.empty()) {
            const Frame& frame = table_[id];
            name = frame_label(frame);
            if (as_heaptrack_ && frame.filename.is_known()) {
                name += fmt::format(" ({})", printable(file_of(frame.filename.text())));
            }
            std::replace(name.begin(), name.end(), ';', ':');
            name += as_heaptrack_ ? ";" : "";
        }
        return name;
    }

    const FrameTable& table_;
    const ExportOptions& options_;
    bool as_heaptrack_;
    std::vector<std::string> names_;  ///< by FrameId; empty: not yet made
    std::map<std::string, std::array<Amount, 2>> lines_;
};

}  // namespace

void export_folded(Output& output, const ExportedHeap& heap, const ExportOptions& options,
                   bool as_heaptrack) {
    FoldedStacks stacks(heap.table, options, as_heaptrack);
    stacks.add(heap.snapshot(), 1);
    if (heap.base != nullptr) {
        stacks.add(*heap.base, 0);
    }
    CarriedRounding old_number;
    CarriedRounding number;
    for (const auto& [stack, numbers] : stacks.lines()) {
        output.line(heap.base != nullptr
                        ? fmt::format("{} {} {}", stack, old_number(numbers[0]), number(numbers[1]))
                        : fmt::format("{} {}", stack, number(numbers[1])));
    }
}

}  // namespace tracemalloc::analyze
