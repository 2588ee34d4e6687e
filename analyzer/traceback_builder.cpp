// SPDX-License-Identifier: MIT
#include "analyzer/traceback_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "analyzer/load/dump_error.h"
#include "analyzer/load/packed_rows.h"
#include "analyzer/model/domain.h"

namespace tracemalloc::analyze {

static_assert(kMappingDomain == dump::kMappingDomain);

namespace {

/// Inlining multiplies what the stacks of a dump take. Real code stays far below 32 frames an
/// address on average, so more is a dump made to exhaust memory; small dumps may do as they like.
std::uint64_t most_frames(const RawSnapshot& raw) noexcept {
    constexpr std::uint64_t kAlwaysAllowed = std::uint64_t{1} << 22;
    constexpr std::uint64_t kMostPerAddress = 32;
    return std::clamp(raw.stack_addresses.size() * kMostPerAddress, kAlwaysAllowed,
                      kMaxStackFrames);
}

}  // namespace

std::vector<Traceback> build_tracebacks(const RawSnapshot& raw, const Symbolization& symbols,
                                        FrameTable& table) {
    std::vector<Traceback> tracebacks;
    tracebacks.reserve(raw.stacks.size());
    const std::uint64_t limit = most_frames(raw);
    std::uint64_t total_frames = 0;
    for (const RawStack& stack : raw.stacks) {
        std::size_t frames = 0;
        for (const std::uint32_t address : raw.addresses_of(stack)) {
            frames += symbols.addresses[address].frames.size();
        }
        total_frames += frames;
        if (total_frames > limit) {
            fail_dump(raw.info.dump_path, dump::SectionKind::stacks,
                      "all stacks together have too many inlined frames");
        }
        Traceback& traceback = tracebacks.emplace_back();
        traceback.frames.reserve(frames);
        for (const std::uint32_t address : raw.addresses_of(stack)) {
            const auto& inlined = symbols.addresses[address].frames;
            traceback.frames.insert(traceback.frames.end(), inlined.begin(), inlined.end());
        }
        const auto addresses = raw.addresses_of(stack);
        traceback.addresses.assign(addresses.begin(), addresses.end());
        if (traceback.frames.empty()) {
            traceback.frames.push_back(table.intern(Frame()));
        }
        if (!stack.cut_by_limit && !stack.cut_by_unwinder) {
            traceback.total_nframe = stack.depth;
        }
    }
    for (const RawLabel& label : raw.labels) {
        Traceback& traceback = tracebacks[label.stack];
        traceback.domain = label.domain;
        traceback.tag = label.tag.empty() ? Name() : table.name(label.tag);
    }
    return tracebacks;
}

}  // namespace tracemalloc::analyze
