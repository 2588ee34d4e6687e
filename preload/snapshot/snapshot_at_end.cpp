// SPDX-License-Identifier: MIT
//
// The last snapshot of a process: at its exit, or when a signal ends it, wherever that hit.
#include "preload/platform/attention.h"
#include "preload/platform/clock.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/own_stack.h"
#include "preload/platform/signal_mask.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

namespace {

/// For a snapshot that another thread is writing when this one meets its end.
constexpr std::int64_t kCrashPatienceNs = 10'000'000'000;

}  // namespace

void SnapshotService::take_exit_snapshot(bool runs_exit_handlers) noexcept {
    const AllSignalsBlocked no_signals;
    program_stack_ = spilled_stack_pointer();
    if (!acquire()) {
        return;
    }
    if (!exit_taken_ && !recording_is_stopped()) {
        exit_taken_ = true;
        abandon_own_locks();
        // A handler may have interrupted the allocator, which still holds its lock. A hook tells,
        // but not each function of it has one, and where blocks are sampled most calls have none.
        // No handler must call exit(); one that does blocks its own signal, as a rule.
        const bool may_ask = runs_exit_handlers && !is_in_hook() && no_signals.were_let_in();
        int tries = 0;
        while (take(dump::SnapshotReason::exit, tries < kMostBusyTries, may_ask) == Result::busy) {
            ++tries;
        }
    }
    end();
}

// The owner may be this thread itself, in the middle of a fork; it is never one that this signal
// interrupted in a snapshot.
bool SnapshotService::begin_within(std::int64_t patience_ns) noexcept {
    const auto self = static_cast<std::uint32_t>(system_call(SYS_gettid));
    const std::int64_t give_up = clock_ns(CLOCK_MONOTONIC) + patience_ns;
    while (!begin()) {
        if (owner_.load(std::memory_order_relaxed) == self) {
            return true;
        }
        if (clock_ns(CLOCK_MONOTONIC) > give_up) {
            return false;
        }
        const timespec pause{0, 1'000'000};
        system_call(SYS_nanosleep, &pause, nullptr);
    }
    return true;
}

void SnapshotService::abandon_own_locks() noexcept {
    source_.abandon_own_locks();
    code_.lock().abandon();
}

void SnapshotService::take_crash_snapshot(const dump::CrashFacts& facts) noexcept {
    const AllSignalsBlocked no_signals;
    is_ending_.store(true, std::memory_order_relaxed);
    if (!begin_within(kCrashPatienceNs)) {
        diagnostics::say("a signal ends the program; no snapshot, another one is not finished");
        return;
    }
    if (crash_ == nullptr) {
        crash_ = &facts;
        abandon_own_locks();
        take(dump::SnapshotReason::crash, false, false);
    }
    end();
}

}  // namespace tracemalloc::preload
