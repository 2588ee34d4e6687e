// SPDX-License-Identifier: MIT
//
// Whether a hook of this thread is inside the next allocator. What an allocator maps for itself
// arrives as a hook inside a hook, as a call from a signal handler does; but here the outer hook is
// in no table of ours, so the inner one may record. The outer hook does not say so, for that would
// cost every allocation: the next functions are wrapped, and only where mappings are recorded.
#pragma once

#include <cstdint>

#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

/// The hook_frame of the hook that called the next allocator; 0 outside of it.
extern constinit TM_THREAD_LOCAL std::uintptr_t t_frame_in_allocator;

/// From now on. glibc's allocator calls no hook and is not wrapped.
void watch_next_allocator() noexcept;

}  // namespace tracemalloc::preload
