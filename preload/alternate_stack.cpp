// SPDX-License-Identifier: MIT
#include "preload/alternate_stack.h"

#include "preload/hook/next_functions.h"
#include "preload/lifecycle.h"
#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"
#include "preload/shared_signals.h"

namespace tracemalloc::preload {

namespace alternate_stack {

namespace {

/// The largest frame of a signal that x86-64 knows takes 11 KiB. A handler of the program's may
/// come to run here too, after another thread got an alternate stack.
constexpr std::size_t kBytes = std::size_t{64} << 10;

/// The calling thread stands on this one, or would.
bool is_installed(const ThreadState* thread, const stack_t& now) noexcept {
    return thread != nullptr && thread->signal_stack != nullptr &&
           (now.ss_flags & SS_DISABLE) == 0 && now.ss_sp == thread->signal_stack;
}

stack_t installed() noexcept {
    stack_t now{};
    system_call(SYS_sigaltstack, nullptr, &now);
    return now;
}

constexpr stack_t none() noexcept {
    stack_t stack{};
    stack.ss_flags = SS_DISABLE;
    return stack;
}

}  // namespace

void give(ThreadState& thread) noexcept {
    if (g_signals.program_has_stack() || (installed().ss_flags & SS_DISABLE) == 0) {
        return;
    }
    if (thread.signal_stack == nullptr) {
        thread.signal_stack = pages::reserve(kBytes);
    }
    if (thread.signal_stack != nullptr) {
        stack_t ours{};
        ours.ss_sp = thread.signal_stack;
        ours.ss_size = kBytes;
        system_call(SYS_sigaltstack, &ours, nullptr);
    }
}

void take_back(ThreadState& thread) noexcept {
    if (thread.signal_stack != nullptr && is_installed(&thread, installed())) {
        const stack_t nothing = none();
        system_call(SYS_sigaltstack, &nothing, nullptr);
    }
}

}  // namespace alternate_stack

int lifecycle::program_sigaltstack(const stack_t* stack, stack_t* old) noexcept {
    using alternate_stack::is_installed;
    const stack_t now = alternate_stack::installed();
    if (stack != nullptr && (stack->ss_flags & SS_DISABLE) == 0) {
        g_signals.on_program_stack();
    }
    if (!is_installed(t_state, now)) {
        return g_next.sigaltstack(stack, old);
    }
    // What it would see without us: no alternate stack.
    if (stack != nullptr && (stack->ss_flags & SS_DISABLE) == 0) {
        const int result = g_next.sigaltstack(stack, nullptr);
        if (result != 0) {
            return result;
        }
    }
    if (old != nullptr) {
        *old = alternate_stack::none();
    }
    return 0;
}

}  // namespace tracemalloc::preload
