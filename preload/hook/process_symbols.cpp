// SPDX-License-Identifier: MIT
//
// Calls that are not the allocator's but decide what is recorded: ways to end, to unload code, and
// to handle signals.

#include <cerrno>
#include <csignal>

#include "preload/hook/new_family.h"
#include "preload/hook/next_functions.h"
#include "preload/hook/symbol.h"
#include "preload/lifecycle.h"
#include "preload/platform/system_call.h"

namespace {

using namespace tracemalloc::preload;

[[noreturn]] void end_now(int status) noexcept {
    lifecycle::before_exit_now();
    for (;;) {
        if (g_next.exit_now != nullptr) {
            g_next.exit_now(status);
        }
        system_call(SYS_exit_group, status);
    }
}

}  // namespace

extern "C" {

TM_HOOK void _exit(int status) {
    end_now(status);
}

TM_HOOK void _Exit(int status) {
    end_now(status);
}

TM_HOOK int dlclose(void* handle) {
    find_next_functions();
    lifecycle::before_unload(__builtin_frame_address(0));
    const int result = g_next.dlclose(handle);
    lifecycle::after_unload(__builtin_frame_address(0));
    forget_callers();
    return result;
}

TM_HOOK int sigaction(int number, const struct sigaction* action, struct sigaction* old) {
    find_next_functions();
    return lifecycle::program_sigaction(number, action, old);
}

TM_HOOK sighandler_t signal(int number, sighandler_t handler) noexcept {
    find_next_functions();
    return lifecycle::program_signal(number, handler, g_next.signal);
}

// Other names of signal(), and what it is called where a program asks for older standards.
TM_HOOK sighandler_t bsd_signal(int number, sighandler_t handler) noexcept {
    return signal(number, handler);
}

TM_HOOK sighandler_t ssignal(int number, sighandler_t handler) noexcept {
    return signal(number, handler);
}

TM_HOOK sighandler_t sysv_signal(int number, sighandler_t handler) noexcept {
    find_next_functions();
    return lifecycle::program_signal(number, handler, g_next.sysv_signal);
}

TM_HOOK sighandler_t __sysv_signal(int number, sighandler_t handler) noexcept {
    return sysv_signal(number, handler);
}

TM_HOOK sighandler_t sigset(int number, sighandler_t handler) noexcept {
    find_next_functions();
    return lifecycle::program_signal(number, handler, g_next.sigset);
}

TM_HOOK int sigaltstack(const stack_t* stack, stack_t* old) noexcept {
    find_next_functions();
    return lifecycle::program_sigaltstack(stack, old);
}

}  // extern "C"
