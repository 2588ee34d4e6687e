// SPDX-License-Identifier: MIT
//
// Frame rules from libunwind's public cursor. A made-up register file is stepped out of a frame in
// made-up memory; where the cursor then stands tells which register the frame is addressed by, and
// where it found rbp tells the slot. Nothing of the program's stack is read.
#pragma once

#include <cstdint>

#include "preload/capture/frame_rule.h"

namespace tracemalloc::preload::rule_learner {

/// Memory for it; false when the kernel refuses.
[[nodiscard]] bool prepare() noexcept;

/// One to three microseconds. Serialised within.
FrameRule learn(std::uintptr_t pc) noexcept;

void reset_lock() noexcept;

}  // namespace tracemalloc::preload::rule_learner
