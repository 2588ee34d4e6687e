// SPDX-License-Identifier: MIT
//
// A stack for the signal that says that a thread's own is used up. Each thread that allocates gets
// one, unless the program has given it one; the program is told that there is none, and the first
// it installs anywhere ends our giving.
//
// Cost: two system calls for a new thread; address space, of which nothing is touched.
#pragma once

#include "preload/platform/thread_state.h"

namespace tracemalloc::preload::alternate_stack {

/// To the calling thread, whose state this is.
void give(ThreadState& thread) noexcept;
/// Before the thread's state goes to another one.
void take_back(ThreadState& thread) noexcept;

}  // namespace tracemalloc::preload::alternate_stack
