// SPDX-License-Identifier: MIT
//
// Being inside a hook. A scope is the token that the recording functions ask for: holding one that
// `records()` means no snapshot is being taken, and this thread's state is not in use by a hook
// that a signal interrupted.
//
// There are two ways to record. The quick one keeps the live blocks, all of them, and nothing else.
// The thorough one is taken when the process wants more (sampling, traffic, a schedule): it is told
// apart by what the quick way finds out anyway, so that one pays nothing for it.
//
// Cost when recording: two thread-local loads, two stores, two loads of a word all threads share
// and nobody writes.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/platform/attention.h"
#include "preload/platform/attributes.h"
#include "preload/platform/thread_state.h"

namespace tracemalloc::preload {

/// Where the program called the hook: what an unwinder starts from.
struct CallSite {
    std::uintptr_t pc;   ///< return address
    std::uintptr_t cfa;  ///< the caller's stack pointer before the call
    std::uintptr_t rbp;  ///< the caller's rbp

    /// From the frame address of a function that keeps a frame pointer.
    static TM_INLINE CallSite of_frame(const void* frame) noexcept {
        const auto* const words = static_cast<const std::uintptr_t*>(frame);
        return {words[1], reinterpret_cast<std::uintptr_t>(words + 2), words[0]};
    }
};

class HookScope {
public:
    enum class Kind : std::uint8_t {
        recording,
        thorough,  ///< recording, by the long way
        nested,    ///< in a signal handler that interrupted a hook of this thread: may only forget
        passing    ///< the tracer is off, starting, or calls the allocator itself
    };

    explicit TM_INLINE HookScope(const void* frame) noexcept
        : frame_(frame), entry_(enter(frame)) {}

    TM_INLINE ~HookScope() {
        if (TM_LIKELY(is_quick())) {
            leave(thread());
        } else if (entry_ == kThoroughly) {
            leave_thoroughly();
        }
    }

    HookScope(const HookScope&) = delete;
    HookScope& operator=(const HookScope&) = delete;

    [[nodiscard]] TM_INLINE bool is_quick() const noexcept { return entry_ > kThoroughly; }
    [[nodiscard]] TM_INLINE bool records() const noexcept { return entry_ >= kThoroughly; }
    [[nodiscard]] TM_INLINE Kind kind() const noexcept {
        return is_quick()              ? Kind::recording
               : entry_ == kThoroughly ? Kind::thorough
               : entry_ == kNested     ? Kind::nested
                                       : Kind::passing;
    }
    [[nodiscard]] TM_INLINE ThreadState& quick_thread() const noexcept {
        return *reinterpret_cast<ThreadState*>(entry_);
    }
    /// Only when it records.
    [[nodiscard]] TM_INLINE ThreadState& thread() const noexcept {
        return is_quick() ? quick_thread() : *t_state;
    }
    [[nodiscard]] TM_INLINE CallSite call_site() const noexcept {
        return CallSite::of_frame(frame_);
    }

    /// Outside the hook for as long as `action` runs, as if it had not begun. Only when it records,
    /// which it may no longer do afterwards.
    template <typename Action>
    void step_out(Action action) const noexcept {
        ThreadState& state = thread();
        state.hook_frame.store(0, std::memory_order_release);
        action();
        entry_ = enter_with_attention(state, frame_);
    }

private:
    /// The thread's state, or one of these: one word, so that the scope lives in registers.
    using Entry = std::uintptr_t;
    static constexpr Entry kPassing = 0;
    static constexpr Entry kNested = 1;
    static constexpr Entry kThoroughly = 2;

    static TM_INLINE Entry enter(const void* frame) noexcept {
        ThreadState* const state = t_state;
        if (TM_UNLIKELY(state == nullptr ||
                        state->hook_frame.load(std::memory_order_relaxed) != 0)) {
            return enter_as_stranger(frame);
        }
        state->hook_frame.store(reinterpret_cast<std::uintptr_t>(frame), std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst);  // pairs with freeze()
        // Acquire, as free as relaxed here: what was read while frozen was read before this hook.
        if (TM_UNLIKELY(g_attention.load(std::memory_order_acquire) != 0)) {
            return enter_with_attention(*state, frame);
        }
        return reinterpret_cast<Entry>(state);
    }

    static TM_INLINE void leave(ThreadState& thread) noexcept {
        std::atomic_signal_fence(std::memory_order_seq_cst);
        thread.hook_frame.store(0, std::memory_order_release);  // pairs with freeze()
        std::atomic_signal_fence(std::memory_order_seq_cst);
        if (TM_UNLIKELY(g_attention.load(std::memory_order_relaxed) != 0)) {
            leave_slowly();
        }
    }
    static TM_COLD void leave_thoroughly() noexcept { leave(*t_state); }

    // Defined by lifecycle.cpp, which knows how to start the tracer and take a snapshot.
    static Entry enter_as_stranger(const void* frame) noexcept;
    static Entry enter_slowly(const void* frame) noexcept;
    static Entry pass(std::uint32_t attention) noexcept;
    static Entry enter_with_attention(ThreadState& state, const void* frame) noexcept;
    static void leave_slowly() noexcept;

    const void* frame_;
    mutable Entry entry_;  // changes in step_out() only, which the quick way never comes to
};

}  // namespace tracemalloc::preload
