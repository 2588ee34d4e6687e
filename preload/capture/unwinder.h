// SPDX-License-Identifier: MIT
//
// libunwind, the source of truth for stacks, loaded privately: as a dependency of ours it would
// take over the exceptions of programs whose C++ lives in a plugin.
#pragma once

#include <cstddef>

#include "preload/capture/raw_stack.h"
#include "preload/platform/hook_scope.h"

namespace tracemalloc::preload::unwinder {

/// Loads libunwind. False when it is not to be had; the reason has been said.
[[nodiscard]] bool load() noexcept;

/// The whole stack from `site` on, at most `limit` frames after the allocator's own entry points
/// are taken off. About 25 ns and 6.5 ns a frame. Only where every frame is known to have an unwind
/// table: for others libunwind guesses, and opens a pipe for it that it keeps for ever.
void capture(const CallSite& site, std::size_t limit, RawStack& stack) noexcept;

/// The same for any stack, at 0.7 us a frame. Stops, and says so, at a frame without a table.
void step_by_step(const CallSite& site, std::size_t limit, RawStack& stack) noexcept;

/// libunwind's thread-local memory is allocated at its first use in a thread. To be called where
/// that allocation is known to be ours.
void warm_up() noexcept;

/// Code was unloaded: forget what was learned of it.
void forget_code() noexcept;

}  // namespace tracemalloc::preload::unwinder
