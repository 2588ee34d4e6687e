// SPDX-License-Identifier: MIT
//
// How the tracer starts, forks and ends, and how it shares the snapshot signal with the program.
//
// It starts with the first hooked call of the process, which is long before our constructor: other
// libraries' constructors allocate. All state is valid when it is zero and then means "pass on".
#pragma once

#include <csignal>

namespace tracemalloc::preload::lifecycle {

/// The process ends without running exit handlers.
void before_exit_now() noexcept;

/// Around a dlclose.
void before_unload(const void* frame) noexcept;
void after_unload(const void* frame) noexcept;

/// sigaction() as the program sees it: the tracer's handler is invisible, and leaves when the
/// program installs its own.
int program_sigaction(int number, const struct sigaction* action, struct sigaction* old) noexcept;
/// signal() is only ours for this number.
bool is_snapshot_signal(int number) noexcept;

}  // namespace tracemalloc::preload::lifecycle
