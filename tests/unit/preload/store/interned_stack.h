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

inline Frames frames_of(const StackInterner& stacks, StackId id) {
    const auto frames = stacks.record(id).frames();
    return {frames.begin(), frames.end()};
}

}  // namespace tracemalloc::preload
