// SPDX-License-Identifier: MIT
#include "analyzer/traceback_builder.h"

#include <cstddef>

#include "analyzer/load/dump_error.h"
#include "analyzer/load/packed_rows.h"

namespace tracemalloc::analyze {

std::vector<Traceback> build_tracebacks(const RawSnapshot& raw, const Symbolization& symbols,
                                        FrameTable& table) {
    std::vector<Traceback> tracebacks;
    tracebacks.reserve(raw.stacks.size());
    std::size_t total_frames = 0;
    for (const RawStack& stack : raw.stacks) {
        std::size_t frames = 0;
        for (const std::uint32_t address : raw.addresses_of(stack)) {
            frames += symbols.addresses[address].frames.size();
        }
        total_frames += frames;
        if (total_frames > kMaxStackFrames) {
            fail_dump(raw.info.dump_path, dump::SectionKind::stacks,
                      "all stacks together have too many inlined frames");
        }
        Traceback& traceback = tracebacks.emplace_back();
        traceback.frames.reserve(frames);
        for (const std::uint32_t address : raw.addresses_of(stack)) {
            const auto& inlined = symbols.addresses[address].frames;
            traceback.frames.insert(traceback.frames.end(), inlined.begin(), inlined.end());
        }
        if (traceback.frames.empty()) {
            traceback.frames.push_back(table.intern(Frame()));
        }
        if (!stack.cut_by_limit && !stack.cut_by_unwinder) {
            traceback.total_nframe = stack.depth;
        }
    }
    return tracebacks;
}

}  // namespace tracemalloc::analyze
