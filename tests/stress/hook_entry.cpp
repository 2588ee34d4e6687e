// SPDX-License-Identifier: MIT
//
// The rare ways into a hook, for threads that enrolled themselves: what preload/lifecycle.cpp does,
// without starting a tracer and without snapshot signals. The usual way in and out is inline in
// hook_scope.h and is what the stress tests exercise.
//
// That way in has no fence: it stores hook_frame, reads g_attention, and relies on the membarrier
// that a freeze issues between its own store and load. ThreadSanitizer does not know membarrier,
// but nothing has to be suppressed: it orders threads by acquire and release, and those are in
// place. Leaving a hook releases hook_frame to the freeze; the thaw releases g_attention to whoever
// enters next. The barrier only decides which of the two sides steps back, and it works under the
// sanitizer as it does without.
#include "preload/platform/hook_scope.h"
#include "preload/platform/thread_registry.h"

namespace tracemalloc::preload {

HookScope::Entry HookScope::enter_as_stranger(const void*) noexcept {
    return t_state == nullptr ? kPassing : kNested;
}

HookScope::Entry HookScope::enter_with_attention(ThreadState& state, const void* frame) noexcept {
    for (;;) {
        state.hook_frame.store(0, std::memory_order_release);
        thread_registry::wait_until_thawed();
        state.hook_frame.store(reinterpret_cast<std::uintptr_t>(frame), std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst);
        if ((g_attention.load(std::memory_order_acquire) & kFrozen) == 0) {
            return reinterpret_cast<Entry>(&state);
        }
    }
}

void HookScope::leave_slowly() noexcept {}

}  // namespace tracemalloc::preload
