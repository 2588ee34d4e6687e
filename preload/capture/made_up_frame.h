// SPDX-License-Identifier: MIT
//
// Frame rules from libunwind's public cursor. A made-up register file is stepped out of a frame on
// a made-up stack, through accessors of ours; where the cursor then stands tells which register the
// frame is addressed by, and where it found rbp tells the slot. Nothing of the program's stack is
// read, no lock of the loader is taken, and libunwind never guesses: a frame without an unwind
// table is not stepped out of.
#pragma once

#include <cstdint>

#include "preload/capture/frame_rule.h"
#include "preload/platform/spin_lock.h"

namespace tracemalloc::preload::made_up_frame {

/// Loads libunwind's generic library. False when it is not to be had; the reason has been said.
[[nodiscard]] bool load() noexcept;

/// Some microseconds, and 80 bytes of libunwind's own. Serialised within.
FrameRule learn_from_cursor(std::uintptr_t return_address) noexcept;

[[nodiscard]] SpinLock& lock() noexcept;

}  // namespace tracemalloc::preload::made_up_frame
