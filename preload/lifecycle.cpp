// SPDX-License-Identifier: MIT
#include "preload/lifecycle.h"

#include <unistd.h>

#include <atomic>

#include "preload/abandoned_hook.h"
#include "preload/capture/rule_learner.h"
#include "preload/capture/unwinder.h"
#include "preload/enrolment.h"
#include "preload/forking.h"
#include "preload/hook/mapping_symbols.h"
#include "preload/hook/new_family.h"
#include "preload/hook/next_functions.h"
#include "preload/platform/attention.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/errno_scope.h"
#include "preload/platform/hook_scope.h"
#include "preload/platform/options.h"
#include "preload/platform/thread_registry.h"
#include "preload/process_choice.h"
#include "preload/shared_signals.h"
#include "preload/snapshot/snapshot_series.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) noexcept;
extern "C" int __cxa_at_quick_exit(void (*)(void*), void*) noexcept;

namespace tracemalloc::preload {

namespace {

constinit Options g_options;
constinit std::atomic<bool> g_is_arming{false};

void take_last_snapshot(bool runs_exit_handlers) noexcept {
    if (g_options.check_report && lifecycle::is_recorded_process()) {
        g_tracker.report_compared();
    }
    if ((g_options.exit_snapshot || g_options.peak) && lifecycle::is_recorded_process()) {
        g_snapshots.take_exit_snapshot(runs_exit_handlers);
    }
}

void at_exit(void*) {
    take_last_snapshot(true);
}

void at_quick_exit(void*) {
    take_last_snapshot(false);
}

std::uint64_t traced_now() noexcept {
    return g_tracker.traced_memory().current_bytes;
}

std::uint64_t traced_peak() noexcept {
    return g_tracker.traced_memory().peak_bytes;
}

/// How hooks are passed from the start on.
std::uint32_t first_attention(const Options& options) noexcept {
    const bool is_thorough = options.samples() || options.traffic;
    return (options.start ? 0U : std::uint32_t{kStopped}) |
           (is_thorough ? std::uint32_t{kThorough} : 0U) |
           (g_series.is_on() ? std::uint32_t{kTimed} : 0U);
}

/// Everything that can fail and leaves the program untraced. The reason has been said, unless it is
/// that the process was not to be recorded.
bool prepare() noexcept {
    diagnostics::remember_stderr();
    if (!parse_options(environ, g_options) || !process_choice::is_chosen(g_options)) {
        return false;
    }
    if (!program_calls_our_malloc()) {
        diagnostics::say(
            "another malloc comes before this library's (the program's own, or one preloaded "
            "earlier); the program runs untraced");
        return false;
    }
    find_rare_functions();
    find_new_family(g_options.traffic && !g_options.samples());  // whose calls are not counted
    if (!rule_learner::load() || (g_options.check_every != 0 && !unwinder::load())) {
        return false;
    }
    thread_registry::prepare();
    g_tracker.prepare(g_options.nframe, g_options.check_every, next_allocator_is_glibc() ? 5 : 4);
    if (g_options.peak) {
        g_tracker.keep_peak();
    }
    g_tracker.sampler().prepare(g_options.sample_bytes, g_options.adapts_sampling,
                                g_options.sample_seed);
    g_tracker.traffic().prepare(g_options.traffic);
    if (!g_snapshots.prepare(
            g_options,
            {&g_tracker.blocks(), &g_tracker.stacks(), &g_tracker.labels(), &g_tracker.sampler(),
             &g_tracker.traffic(), &g_tracker.sampled_traffic(), traced_peak, traced_now,
             next_allocator_is_glibc(), next_allocator_statistics,
             []() noexcept { g_tracker.abandon_own_locks(); }})) {
        diagnostics::say("no memory for the tracer; the program runs untraced");
        return false;
    }
    if (!g_series.prepare(g_options.triggers, traced_now) &&
        !process_choice::is_started_by_ours()) {  // which has said so
        diagnostics::say(
            "TRACEMALLOC_GROW: no memory.current of a cgroup (version 2) can be read; no snapshots "
            "by growth");
    }
    return true;
}

/// Takes no lock that libc may hold around the process's first allocation.
void arm() noexcept {
    const ErrnoScope program_errno;
    find_next_functions();
    if (!prepare()) {
        g_attention.fetch_or(kOff, std::memory_order_release);
    } else {
        enrolment::prepare(g_options.crash_snapshot);
        forking::begin(g_options.follow);
        g_attention.fetch_or(first_attention(g_options));
        g_signals.install(g_options.signal, g_options.crash_snapshot);
        if (g_options.mappings) {
            record_mappings();
        }
        g_attention.fetch_and(~std::uint32_t{kNotArmed}, std::memory_order_release);
    }
}

/// True when the tracer is armed or off for good on return; false while another thread starts it,
/// or before libc has set the environment up.
bool ensure_armed() noexcept {
    if ((g_attention.load(std::memory_order_acquire) & (kNotArmed | kOff)) != kNotArmed) {
        return true;
    }
    if (environ == nullptr || g_is_arming.exchange(true, std::memory_order_acq_rel)) {
        enrolment::lose_early();
        return false;
    }
    t_is_busy = true;
    arm();
    t_is_busy = false;
    return true;
}

// What libc keeps a list of is told here, not while arming: the process's first allocation may be
// made by libc itself when such a list grows, under the list's lock. The handlers are not tied to
// this library (no dso handle): those that are run when it is finalised, which is before the
// program's own libraries are.
__attribute__((constructor)) void on_load() {
    if (t_is_busy || !ensure_armed() || is_off(g_attention.load(std::memory_order_acquire))) {
        return;
    }
    forking::watch();
    __cxa_atexit(at_exit, nullptr, nullptr);
    __cxa_at_quick_exit(at_quick_exit, nullptr);
}

}  // namespace

/// Off is for good: from now on the gate lets everything of this thread pass, which costs a fifth
/// of finding out here each time.
HookScope::Entry HookScope::pass(std::uint32_t attention) noexcept {
    if ((attention & kOff) != 0) {
        t_sample_gap = kNoSample;
    }
    return kPassing;
}

/// Short, for a program that is loaded and not started comes here with each call.
HookScope::Entry HookScope::enter_as_stranger(const void* frame) noexcept {
    const std::uint32_t attention = g_attention.load(std::memory_order_acquire);
    if (t_state == nullptr && (attention & (kOff | kStopped)) != 0) {
        return pass(attention);
    }
    return enter_slowly(frame);
}

HookScope::Entry HookScope::enter_slowly(const void* frame) noexcept {
    if (t_is_busy) {
        return kPassing;
    }
    ThreadState* state = t_state;
    if (state != nullptr) {
        if (!is_abandoned(state->hook_frame.load(std::memory_order_relaxed), frame)) {
            return kNested;
        }
        g_snapshots.abandon_own_locks();  // which that hook held
    } else {
        if (!ensure_armed() || passes_on(g_attention.load(std::memory_order_acquire))) {
            return kPassing;
        }
        state = enrolment::enroll();
        if (state == nullptr) {
            return kPassing;
        }
    }
    return enter_with_attention(*state, frame);
}

HookScope::Entry HookScope::enter_with_attention(ThreadState& state, const void* frame) noexcept {
    const auto entry = [&state](std::uint32_t attention) noexcept {
        return (attention & kThorough) != 0 ? kThoroughly : reinterpret_cast<Entry>(&state);
    };
    state.hook_frame.store(reinterpret_cast<std::uintptr_t>(frame), std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const std::uint32_t first = g_attention.load(std::memory_order_acquire);
    if (TM_LIKELY((first & ~(std::uint32_t{kThorough} | kTimed)) == 0)) {
        return entry(first);
    }
    const std::uint32_t held_by =
        (forking::is_in_fork() ? 0U : std::uint32_t{kFrozen}) | kOff | kStopped;
    for (bool has_served = false;; has_served = true) {
        state.hook_frame.store(0, std::memory_order_release);
        const std::uint32_t attention = g_attention.load(std::memory_order_acquire);
        if (passes_on(attention)) {
            return pass(attention);
        }
        if ((attention & held_by) != 0) {
            thread_registry::wait_until_thawed();
        } else if ((attention & kSnapshotWaiting) != 0 && !has_served) {
            g_snapshots.serve_waiting();
        }
        state.hook_frame.store(reinterpret_cast<std::uintptr_t>(frame), std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst);
        const std::uint32_t now = g_attention.load(std::memory_order_acquire);
        if ((now & held_by) == 0) {
            return entry(now);
        }
    }
}

void HookScope::leave_slowly() noexcept {
    const std::uint32_t attention = g_attention.load(std::memory_order_acquire);
    if ((attention & kFrozen) != 0) {
        return;
    }
    if ((attention & kSnapshotWaiting) != 0) {
        g_snapshots.serve_waiting();
    }
    g_series.tick();
}

namespace lifecycle {

bool is_recorded_process() noexcept {
    return !is_off(g_attention.load(std::memory_order_acquire)) && forking::is_own_process();
}

void before_exit_now() noexcept {
    if (!is_off(g_attention.load(std::memory_order_acquire))) {
        take_last_snapshot(false);
    }
}

}  // namespace lifecycle
}  // namespace tracemalloc::preload
