// SPDX-License-Identifier: MIT
//
// The whole stack as libunwind itself unwinds it: what checked mode and the tests compare with. It
// is loaded for them only, for it keeps a pipe open to try memory out with.
#pragma once

#include <cstddef>

#include "preload/capture/raw_stack.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload::unwinder {

/// False when libunwind is not to be had; the reason has been said.
[[nodiscard]] bool load() noexcept;

/// At most `limit` frames after the allocator's own entry points are taken off, at 0.7 us a frame.
/// Stops, and says so, at a frame without an unwind table, where libunwind would guess.
void capture(const CallSite& site, std::size_t limit, RawStack& stack) noexcept;

/// Code was unloaded: forget what was learned of it.
void forget_code() noexcept;

}  // namespace tracemalloc::preload::unwinder
