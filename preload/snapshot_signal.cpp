// SPDX-License-Identifier: MIT
#include "preload/snapshot_signal.h"

#include "preload/hook/next_functions.h"
#include "preload/lifecycle.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/options.h"
#include "preload/platform/signal_mask.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

constinit SnapshotSignal g_snapshot_signal;

namespace {

void on_signal(int) {
    g_snapshots.request();
}

bool is_default(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

}  // namespace

void SnapshotSignal::install(int number) noexcept {
    number_ = number;
    if (number == 0) {
        g_snapshots.set_state(RecordingStatus::State::armed);
        return;
    }
    g_next.sigaction(number, nullptr, &program_action_);
    if (!is_default(program_action_) || !take_over()) {
        yield();
    }
}

bool SnapshotSignal::take_over() noexcept {
    struct sigaction ours {};
    ours.sa_handler = on_signal;
    // Restart what the signal interrupts, and leave a small stack for the program's alternate one.
    ours.sa_flags = SA_RESTART | SA_ONSTACK;
    if (g_next.sigaction(number_, &ours, nullptr) != 0) {
        return false;
    }
    g_snapshots.set_state(RecordingStatus::State::armed);
    return true;
}

void SnapshotSignal::yield() noexcept {
    g_snapshots.set_state(RecordingStatus::State::yielded);
    if (has_said_) {
        return;
    }
    has_said_ = true;
    diagnostics::Line line;
    line << "the program handles SIG" << signal_name(number_)
         << " itself, so it takes no snapshots; choose another signal, for example "
            "TRACEMALLOC_SIGNAL="
         << (number_ == SIGUSR2 ? "USR1" : "USR2");
    diagnostics::say(line.view());
}

int SnapshotSignal::on_program_action(const struct sigaction* action,
                                      struct sigaction* old) noexcept {
    const struct sigaction before = program_action_;
    if (action != nullptr) {
        const AllSignalsBlocked no_signals;
        if (is_default(*action)) {
            if (!is_default(before) && !take_over()) {
                return -1;
            }
        } else {
            const int result = g_next.sigaction(number_, action, nullptr);
            if (result != 0) {
                return result;
            }
            yield();
        }
        program_action_ = *action;
    }
    if (old != nullptr) {
        *old = before;
    }
    return 0;
}

namespace lifecycle {

bool is_snapshot_signal(int number) noexcept {
    return g_snapshot_signal.is(number);
}

int program_sigaction(int number, const struct sigaction* action, struct sigaction* old) noexcept {
    return g_snapshot_signal.is(number) ? g_snapshot_signal.on_program_action(action, old)
                                        : g_next.sigaction(number, action, old);
}

}  // namespace lifecycle
}  // namespace tracemalloc::preload
