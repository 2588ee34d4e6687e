// SPDX-License-Identifier: MIT
//
// A thread's way into the tracer, with its first hook, and out of it, with its last destructor.
#pragma once

#include "preload/platform/attributes.h"
#include "preload/platform/thread_state.h"

namespace tracemalloc::preload {

/// The thread is inside the tracer's own start, or on its way in: what it allocates is not
/// recorded.
extern constinit TM_THREAD_LOCAL bool t_is_busy;

namespace enrolment {

/// Once, when the tracer starts.
void prepare(bool gives_alternate_stacks) noexcept;

/// A state for the calling thread, which has none. Null when there is no memory.
ThreadState* enroll() noexcept;

/// A hook passed on before any thread could be enrolled.
void lose_early() noexcept;

}  // namespace enrolment
}  // namespace tracemalloc::preload
