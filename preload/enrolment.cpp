// SPDX-License-Identifier: MIT
#include "preload/enrolment.h"

#include <pthread.h>

#include <atomic>

#include "preload/alternate_stack.h"
#include "preload/forking.h"
#include "preload/platform/signal_mask.h"
#include "preload/platform/thread_registry.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

namespace tracemalloc::preload {

constinit TM_THREAD_LOCAL bool t_is_busy = false;

namespace enrolment {

namespace {

constinit std::atomic<std::uint64_t> g_lost_early{0};
constinit pthread_key_t g_thread_end_key = 0;
constinit bool g_gives_alternate_stacks = false;

/// The thread's destructors have run; it may still allocate, but nobody will tell us of its end.
constinit TM_THREAD_LOCAL bool t_has_departed = false;

/// Forgets what belongs to one thread and not to the next one with its state.
void begin_anew(ThreadState& state) noexcept {
    Sampler::forget(state.sample);
    Tracker::release(state);
}

/// Runs in every round of the thread's destructors and acts in the last, so that what other
/// destructors allocate and free is still seen by a thread with its state.
void on_thread_end(void* round) {
    const auto number = reinterpret_cast<std::uintptr_t>(round);
    if (number < PTHREAD_DESTRUCTOR_ITERATIONS) {
        pthread_setspecific(g_thread_end_key, reinterpret_cast<void*>(number + 1));
        return;
    }
    ThreadState* const state = t_state;
    t_has_departed = true;
    if (state != nullptr) {
        const AllSignalsBlocked no_signals;  // a handler would not know where its thread is
        t_state = nullptr;
        g_snapshots.abandon_own_locks();  // if it never left its hook
        thread_registry::enter(*state, false);
        begin_anew(*state);
        alternate_stack::take_back(*state);
        thread_registry::dismiss(*state);
    }
}

}  // namespace

void prepare(bool gives_alternate_stacks) noexcept {
    g_gives_alternate_stacks = gives_alternate_stacks;
    pthread_key_create(&g_thread_end_key, on_thread_end);
}

void lose_early() noexcept {
    g_lost_early.fetch_add(1, std::memory_order_relaxed);
}

ThreadState* enroll() noexcept {
    const AllSignalsBlocked no_signals;  // a handler that left by longjmp would leave it half done
    t_is_busy = true;
    ThreadState* const state = thread_registry::enroll();
    t_state = state;
    if (state != nullptr) {
        // Inside for all others, so that what the tracer itself allocates here is passed on.
        thread_registry::enter(*state, forking::is_in_fork());
        begin_anew(*state);
        const std::uint64_t early = g_lost_early.exchange(0, std::memory_order_relaxed);
        state->losses[static_cast<std::size_t>(LossReason::before_ready)].fetch_add(
            early, std::memory_order_relaxed);
        g_tracker.on_thread_begin();
        if (g_gives_alternate_stacks) {
            alternate_stack::give(*state);
        }
        if (!t_has_departed) {
            pthread_setspecific(g_thread_end_key, reinterpret_cast<void*>(std::uintptr_t{1}));
        }
        thread_registry::leave(*state);
    }
    t_is_busy = false;
    return state;
}

}  // namespace enrolment
}  // namespace tracemalloc::preload
