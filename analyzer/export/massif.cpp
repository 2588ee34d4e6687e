// SPDX-License-Identifier: MIT
#include "analyzer/export/massif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "analyzer/export/frame_label.h"
#include "analyzer/render/terminal_text.h"
#include "analyzer/render/text_summary.h"
#include "analyzer/render/trace_order.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::uint64_t kThresholdPercent = 1;

/// As massif writes it, without the address in front.
std::string place_text(const Frame& frame) {
    const std::string function =
        frame.function.is_known() ? printable(frame.function.text()) : std::string("???");
    if (frame.filename.is_known()) {
        return fmt::format("{} ({}:{})", function, printable(file_of(frame.filename.text())),
                           frame.lineno);
    }
    return frame.module.is_known()
               ? fmt::format("{} (in {})", function, printable(frame.module.text()))
               : function;
}

struct Stack {
    const Traceback* traceback = nullptr;
    std::span<const FrameId> frames;  ///< most recent first
    std::uint64_t bytes = 0;
};

struct Branch {
    std::uint64_t bytes = 0;
    std::string address;  ///< of the first frame found here
    std::vector<Stack> stacks;
};

class MassifTree {
public:
    MassifTree(Output& output, const FrameTable& table, const Snapshot& snapshot,
               std::uint64_t total)
        : output_(output),
          table_(table),
          snapshot_(snapshot),
          threshold_(total * kThresholdPercent / 100) {}

    void write(const std::string& label, std::uint64_t bytes, const std::vector<Stack>& stacks,
               std::size_t depth) {
        std::map<std::string, Branch> branches = callers(stacks, depth);
        std::vector<std::pair<const std::string*, Branch*>> shown;
        Branch folded;
        std::size_t folded_count = 0;
        for (auto& [text, branch] : branches) {
            if (branch.bytes >= threshold_ && branch.bytes > 0) {
                shown.emplace_back(&text, &branch);
            } else {
                folded.bytes += branch.bytes;
                ++folded_count;
            }
        }
        std::stable_sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) {
            return a.second->bytes > b.second->bytes;
        });
        const std::size_t rows = shown.size() + (folded_count > 0 ? 1 : 0);
        line(depth, rows, bytes, label);
        for (const auto& [text, branch] : shown) {
            write(branch->address + ": " + *text, branch->bytes, branch->stacks, depth + 1);
        }
        if (folded_count > 0) {
            line(depth + 1, 0, folded.bytes,
                 fmt::format("in {} place{}, {}below massif's threshold ({}.00%)", folded_count,
                             folded_count == 1 ? "" : "s", folded_count == 1 ? "" : "all ",
                             kThresholdPercent));
        }
    }

private:
    void line(std::size_t depth, std::size_t rows, std::uint64_t bytes, const std::string& label) {
        output_.line(fmt::format("{}n{}: {} {}", std::string(depth, ' '), rows, bytes, label));
    }

    [[nodiscard]] std::map<std::string, Branch> callers(const std::vector<Stack>& stacks,
                                                        std::size_t depth) const {
        std::map<std::string, Branch> branches;
        for (const Stack& stack : stacks) {
            if (depth >= stack.frames.size() || depth >= kMassifDepth) {
                continue;
            }
            const Frame& frame = table_[stack.frames[depth]];
            Branch& branch = branches[place_text(frame)];
            branch.bytes += stack.bytes;
            branch.stacks.push_back(stack);
            if (branch.address.empty()) {
                branch.address = fmt::format("0x{:X}", offset_of(stack, depth));
            }
        }
        return branches;
    }

    [[nodiscard]] std::uint64_t offset_of(const Stack& stack, std::size_t depth) const {
        std::size_t left = stack.traceback->frames.size() - stack.frames.size() + depth;
        for (const std::uint32_t index : stack.traceback->addresses) {
            const CodeAddress& address = snapshot_.addresses[index];
            if (left < address.frame_count) {
                return address.offset;
            }
            left -= address.frame_count;
        }
        return 0;
    }

    Output& output_;
    const FrameTable& table_;
    const Snapshot& snapshot_;
    std::uint64_t threshold_;
};

std::vector<Stack> stacks_of(const Snapshot& snapshot, const ExportOptions& options) {
    std::vector<Amount> bytes(snapshot.tracebacks.size(), 0);
    for (const Trace& trace : snapshot.traces) {
        bytes[trace.traceback] += trace.total().size;
    }
    std::vector<Stack> stacks;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (bytes[at] > 0) {
            stacks.push_back({&snapshot.tracebacks[at],
                              visible_frames(snapshot.tracebacks[at], options.attributed),
                              bytes[at]});
        }
    }
    return stacks;
}

}  // namespace

void export_massif(Output& output, const ExportedHeap& heap, const ExportOptions& options) {
    output.line("desc: " + std::string(options.tool));
    output.line("cmd: " + command_text(heap.series.front()->info));
    output.line("time_unit: ms");
    std::size_t number = 0;
    for (const Snapshot* const snapshot : heap.series) {
        const std::int64_t ran_ns = snapshot->info.unix_ns - snapshot->info.start_unix_ns;
        const std::uint64_t total = snapshot->total().size;
        output.line(
            fmt::format("#-----------\nsnapshot={}\n#-----------\ntime={}\nmem_heap_B={}\n"
                        "mem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree=detailed",
                        number++, std::max<std::int64_t>(0, ran_ns) / 1'000'000, total));
        MassifTree(output, heap.table, *snapshot, total)
            .write("(heap allocation functions) malloc/new/new[], --alloc-fns, etc.", total,
                   stacks_of(*snapshot, options), 0);
    }
}

}  // namespace tracemalloc::analyze
