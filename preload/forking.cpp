// SPDX-License-Identifier: MIT
#include "preload/forking.h"

#include <pthread.h>

#include <atomic>

#include "preload/alternate_stack.h"
#include "preload/hook/new_family.h"
#include "preload/platform/attention.h"
#include "preload/platform/system_call.h"
#include "preload/platform/thread_registry.h"
#include "preload/shared_signals.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

namespace tracemalloc::preload::forking {

namespace {

constinit pid_t g_pid = 0;
constinit bool g_follows = true;
constinit bool g_fork_is_frozen = false;
constinit TM_THREAD_LOCAL bool t_is_forking = false;

constexpr int kForkTries = 5;

void before_fork() {
    if (is_off(g_attention.load(std::memory_order_acquire))) {
        return;
    }
    g_snapshots.before_fork();
    // A handler that runs here from now on must not wait for what its own thread holds.
    t_is_forking = true;
    for (int tries = 0; tries < kForkTries && !g_fork_is_frozen; ++tries) {
        g_fork_is_frozen = thread_registry::freeze_for_fork(thread_registry::kPatienceNs);
    }
}

void after_fork_in_parent() {
    if (!t_is_forking) {
        return;
    }
    if (g_fork_is_frozen) {
        g_fork_is_frozen = false;
        thread_registry::thaw();
    }
    t_is_forking = false;
    g_snapshots.after_fork_in_parent();
}

/// Handlers of ours must be gone: what asks a recorded process for a snapshot ends this one. The
/// pages of the block table go back to the kernel, lest they be copied when the parent writes to
/// its own; a hook that the fork interrupted may still write there.
void give_up_recording() noexcept {
    g_attention.store(kOff, std::memory_order_release);
    g_signals.withdraw();
    if (t_state != nullptr) {
        alternate_stack::take_back(*t_state);
    }
    g_tracker.give_back();
}

void after_fork_in_child() {
    g_pid = static_cast<pid_t>(system_call(SYS_getpid));
    adopt_callers_in_child();
    if (!t_is_forking) {
        return;
    }
    thread_registry::keep_only_caller();
    g_tracker.adopt_in_child();
    g_fork_is_frozen = false;
    if (g_follows) {
        g_attention.fetch_and(kStopped | kThorough | kTimed, std::memory_order_release);
    } else {
        give_up_recording();
    }
    t_is_forking = false;
    g_snapshots.after_fork_in_child();
}

}  // namespace

void begin(bool follows) noexcept {
    g_follows = follows;
    g_pid = static_cast<pid_t>(system_call(SYS_getpid));
}

void watch() noexcept {
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

bool is_in_fork() noexcept {
    return t_is_forking;
}

bool is_own_process() noexcept {
    return system_call(SYS_getpid) == g_pid;
}

}  // namespace tracemalloc::preload::forking
