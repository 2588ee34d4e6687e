// SPDX-License-Identifier: MIT
//
// A forked child gets tables in one piece and goes on with its parent's blocks as a process of its
// own; or it goes on as if we were not there.
#pragma once

namespace tracemalloc::preload::forking {

/// When recording starts. Children are recorded too if it `follows`. Takes no lock.
void begin(bool follows) noexcept;
/// Once, when libc can be asked for it.
void watch() noexcept;

/// The calling thread is between our first and our last fork handler, where others' handlers run
/// and allocate; a freeze is then its own.
bool is_in_fork() noexcept;

/// False in a child that shares the parent's memory (vfork), and in one that no fork handler saw.
bool is_own_process() noexcept;

}  // namespace tracemalloc::preload::forking
