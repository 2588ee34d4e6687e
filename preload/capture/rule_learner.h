// SPDX-License-Identifier: MIT
//
// Return address → frame rule. Most unwind tables are plain enough to be read directly
// (call_frame_program.h); the rest are asked of libunwind (made_up_frame.h).
#pragma once

#include <cstdint>

#include "preload/capture/frame_rule.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload::rule_learner {

/// What learning needs. False when it is not to be had; the reason has been said.
[[nodiscard]] bool load() noexcept;

/// Any thread, any time. A microsecond or so.
FrameRule learn(std::uintptr_t return_address) noexcept;

[[nodiscard]] SpinLock& lock() noexcept;

}  // namespace tracemalloc::preload::rule_learner
