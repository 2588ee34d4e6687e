// SPDX-License-Identifier: MIT
//
// How the tracer starts, forks and ends, and how it shares signals with the program.
//
// It starts with the first hooked call of the process, which is long before our constructor: other
// libraries' constructors allocate. All state is valid when it is zero and then means "pass on".
#pragma once

#include <csignal>

namespace tracemalloc::preload::lifecycle {

/// False while the tracer is off, in a child that shares the parent's memory (vfork), and in one
/// that no fork handler saw.
bool is_recorded_process() noexcept;

/// The process ends without running exit handlers.
void before_exit_now() noexcept;

/// Around a dlclose.
void before_unload(const void* frame) noexcept;
void after_unload(const void* frame) noexcept;

/// sigaction(), signal() (in the form that `next` is) and sigaltstack() as the program sees them:
/// without the tracer.
int program_sigaction(int number, const struct sigaction* action, struct sigaction* old) noexcept;
sighandler_t program_signal(int number, sighandler_t handler,
                            sighandler_t (*next)(int, sighandler_t)) noexcept;
int program_sigaltstack(const stack_t* stack, stack_t* old) noexcept;

}  // namespace tracemalloc::preload::lifecycle
