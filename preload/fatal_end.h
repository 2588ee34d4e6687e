// SPDX-License-Identifier: MIT
//
// The last snapshot of a process that a signal ends, and then the end, as it would have been: by
// the same signal with the same siginfo, in the same thread, at the same instruction, with the same
// core.
#pragma once

#include <csignal>

namespace tracemalloc::preload::fatal_end {

/// Handler of every signal whose default action ends the process. All signals are blocked.
void on_signal(int number, siginfo_t* info, void* context) noexcept;

}  // namespace tracemalloc::preload::fatal_end
