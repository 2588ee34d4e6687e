// SPDX-License-Identifier: MIT
//
// All thread states, and the only way to hold every thread still.
//
// Freezing: raise kFrozen, make every core see it (membarrier), wait until no thread is inside a
// hook. A thread that is about to enter one finds kFrozen and sleeps. Both sides need no fence of
// their own: the hook writes hook_frame and then reads g_attention, the freeze writes g_attention
// and then reads hook_frame, and the barrier orders them.
//
// A thread inside a hook may wait for a lock that a held one has (the loader's, inside dlopen), so
// a freeze that finds only sleepers in hooks gives up after a while and lets everything go on; the
// caller tries again. On a busy machine a thread that could run may stay in a hook for longer.
#pragma once

#include <cstdint>

#include "preload/platform/thread_state.h"

namespace tracemalloc::preload::thread_registry {

/// Once, before the first thread registers.
void prepare() noexcept;

/// A state for the calling thread, which has none; null when there is no memory. It may hold what a
/// thread left that ended without a word, or did not come along into a fork child.
ThreadState* enroll() noexcept;

/// Gives the calling thread's state back, and leaves. Its stack cache has been released.
void dismiss(ThreadState& state) noexcept;

/// From here on a freeze waits for the calling thread, whose state this is, as for one in a hook.
/// Waits first while one lasts, unless the thread itself is who freezes.
void enter(ThreadState& state, bool is_freezing) noexcept;
void leave(ThreadState& state) noexcept;

/// What callers wait at a time. A hook lasts well under a microsecond; one that maps or copies
/// megabytes, a few milliseconds.
inline constexpr std::uint64_t kPatienceNs = 20'000'000;

/// True when all threads but the caller stand outside hooks and stay there until thaw(). Waits
/// `patience_ns` for threads that sleep in a hook, two seconds for one that could run.
[[nodiscard]] bool freeze(std::uint64_t patience_ns) noexcept;
/// The same while code that is not ours runs: other fork handlers, which take locks. A thread that
/// is held and finds the caller asleep ends it, for the caller can only be waiting for one that is
/// held.
[[nodiscard]] bool freeze_for_fork(std::uint64_t patience_ns) noexcept;
void thaw() noexcept;

/// Blocks while frozen. Not from inside a hook.
void wait_until_thawed() noexcept;

/// The first state of the list; follow `next`. States with tid 0 are free.
ThreadState* first() noexcept;

/// In a fork child: every thread but the caller is gone.
void keep_only_caller() noexcept;

}  // namespace tracemalloc::preload::thread_registry
