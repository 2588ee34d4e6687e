// SPDX-License-Identifier: MIT
//
// Stacks as plain vectors of frames, oldest first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

using Frames = std::vector<std::uintptr_t>;

inline StackId intern(StackInterner& stacks, const Frames& frames, std::uint32_t flags = 0) {
    RawStack stack;
    std::copy(frames.begin(), frames.end(), stack.frames);
    stack.depth = frames.size();
    stack.flags = static_cast<std::uint16_t>(flags);
    return stacks.intern(stack.view());
}

/// As of a thread whose last stack left this anchor; the first frame lies at `place`.
inline StackId intern_at(StackInterner& stacks, StackAnchor& anchor, const Frames& frames,
                         std::size_t place) {
    return stacks.intern({frames, 0, stack_hash(frames, 0), place}, anchor);
}

inline Frames frames_of(const StackInterner& stacks, StackId id) {
    const StackFrames stack = stacks.frames(id);
    Frames frames(stack.size());
    stack.copy_to(frames.data());
    return frames;
}

}  // namespace tracemalloc::preload
