// SPDX-License-Identifier: MIT
#include "preload/shared_signals.h"

#include "preload/fatal_end.h"
#include "preload/hook/next_functions.h"
#include "preload/lifecycle.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/options.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

constinit SharedSignals g_signals;

namespace {

/// What ends a process unless it is handled. Not SIGKILL, which nobody handles, and not the
/// real-time signals: nobody ends a process by them, and each would cost two calls at every start.
constexpr int kEnds[] = {SIGHUP,  SIGINT,  SIGQUIT,   SIGILL,  SIGTRAP,   SIGABRT, SIGBUS,  SIGFPE,
                         SIGUSR1, SIGSEGV, SIGUSR2,   SIGPIPE, SIGALRM,   SIGTERM, SIGXCPU, SIGXFSZ,
                         SIGPROF, SIGIO,   SIGVTALRM, SIGPWR,  SIGSTKFLT, SIGSYS};

void on_snapshot(int) {
    g_snapshots.request();
}

bool is_default(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

bool is_ours(const struct sigaction& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) != 0 ? action.sa_sigaction == fatal_end::on_signal
                                               : action.sa_handler == on_snapshot;
}

constexpr std::uint64_t bit_of(int number) noexcept {
    return std::uint64_t{1} << (number - 1);
}

}  // namespace

void SharedSignals::install(int snapshot, bool catches_ends) noexcept {
    if (catches_ends) {
        for (const int number : kEnds) {
            uses_[number] = Use::end;
            settle(number);
        }
    }
    snapshot_ = snapshot;
    if (snapshot == 0) {
        g_snapshots.set_state(RecordingStatus::State::armed);
        return;
    }
    uses_[snapshot] = Use::snapshot;
    settle(snapshot);
    struct sigaction real {};
    g_next.sigaction(snapshot, nullptr, &real);
    tell_snapshot_state(is_ours(real));
}

void SharedSignals::withdraw() noexcept {
    for (int number = 1; number <= kLast; ++number) {
        struct sigaction real {};
        if (is_shared(number) && g_next.sigaction(number, nullptr, &real) == 0 && is_ours(real)) {
            g_next.sigaction(number, &defaults_[number], nullptr);
        }
        uses_[number] = Use::none;
    }
    snapshot_ = 0;
    on_program_stack();
}

// Restart what a snapshot interrupts, and leave a small stack for an alternate one. Nothing may
// interrupt the end.
bool SharedSignals::take_over(int number) noexcept {
    struct sigaction ours {};
    ours.sa_flags = SA_ONSTACK;
    if (uses_[number] == Use::snapshot) {
        ours.sa_handler = on_snapshot;
        ours.sa_flags |= SA_RESTART;
    } else {
        ours.sa_sigaction = fatal_end::on_signal;
        ours.sa_flags |= SA_SIGINFO;
        sigfillset(&ours.sa_mask);
    }
    return g_next.sigaction(number, &ours, nullptr) == 0;
}

/// An action may have changed: where the default stands, ours takes its place.
void SharedSignals::settle(int number) noexcept {
    struct sigaction real {};
    if (g_next.sigaction(number, nullptr, &real) == 0 &&
        (is_default(real) || (is_ours(real) && uses_[number] == Use::snapshot))) {
        defaults_[number] = is_default(real) ? real : defaults_[number];
        take_over(number);
    }
}

void SharedSignals::tell_snapshot_state(bool is_ours) noexcept {
    g_snapshots.set_state(is_ours ? RecordingStatus::State::armed
                                  : RecordingStatus::State::yielded);
    if (is_ours || has_said_) {
        return;
    }
    has_said_ = true;
    diagnostics::Line line;
    line << "the program handles SIG" << signal_name(snapshot_)
         << " itself, so it takes no snapshots; choose another signal, for example "
            "TRACEMALLOC_SIGNAL="
         << (snapshot_ == SIGUSR2 ? "USR1" : "USR2");
    diagnostics::say(line.view());
}

struct sigaction SharedSignals::as_program_sees(int number,
                                                const struct sigaction& real) const noexcept {
    if (is_ours(real)) {
        return defaults_[number];
    }
    struct sigaction seen = real;
    if (!is_default(real) &&
        (without_stack_.load(std::memory_order_relaxed) & bit_of(number)) != 0) {
        seen.sa_flags |= SA_ONSTACK;
    }
    return seen;
}

int SharedSignals::on_program_action(int number, const struct sigaction* action,
                                     struct sigaction* old) noexcept {
    if (number < 1 || number > kLast) {
        return g_next.sigaction(number, action, old);
    }
    struct sigaction before {};
    if (action == nullptr) {
        const int result = g_next.sigaction(number, nullptr, &before);
        if (result == 0 && old != nullptr) {
            *old = as_program_sees(number, before);
        }
        return result;
    }
    const struct sigaction wanted = *action;  // `old` may be the same object
    struct sigaction real = wanted;
    const bool withholds = (wanted.sa_flags & SA_ONSTACK) != 0 && !program_has_stack();
    if (withholds) {
        real.sa_flags &= ~SA_ONSTACK;
    }
    const bool takes_over = is_shared(number) && is_default(wanted);
    int result = g_next.sigaction(number, takes_over ? nullptr : &real, &before);
    if (result != 0 || (takes_over && !is_ours(before) && !take_over(number))) {
        return -1;
    }
    if (old != nullptr) {
        *old = as_program_sees(number, before);
    }
    if (withholds) {
        without_stack_.fetch_or(bit_of(number), std::memory_order_relaxed);
    } else {
        without_stack_.fetch_and(~bit_of(number), std::memory_order_relaxed);
    }
    if (takes_over) {
        defaults_[number] = wanted;
    }
    if (number == snapshot_) {
        tell_snapshot_state(takes_over);
    }
    return result;
}

sighandler_t SharedSignals::on_program_signal(int number, sighandler_t handler,
                                              sighandler_t (*next)(int, sighandler_t)) noexcept {
    if (!is_shared(number)) {
        return next(number, handler);
    }
    struct sigaction before {};
    if (handler == SIG_DFL && next != g_next.sigset) {  // never a moment without ours
        struct sigaction standard {};
        standard.sa_flags = SA_RESTART;
        sigaddset(&standard.sa_mask, number);
        return on_program_action(number, &standard, &before) == 0 ? before.sa_handler : SIG_ERR;
    }
    g_next.sigaction(number, nullptr, &before);
    const struct sigaction seen = as_program_sees(number, before);
    const sighandler_t result = next(number, handler);
    if (result == SIG_ERR) {
        return result;
    }
    settle(number);
    if (number == snapshot_) {
        struct sigaction real {};
        g_next.sigaction(number, nullptr, &real);
        tell_snapshot_state(is_ours(real));
    }
    return is_ours(before) && result == before.sa_handler ? seen.sa_handler : result;
}

void SharedSignals::on_program_stack() noexcept {
    if (program_has_stack_.exchange(true, std::memory_order_relaxed)) {
        return;
    }
    const std::uint64_t withheld = without_stack_.exchange(0, std::memory_order_relaxed);
    for (int number = 1; number <= kLast; ++number) {
        struct sigaction real {};
        if ((withheld & bit_of(number)) != 0 && g_next.sigaction(number, nullptr, &real) == 0 &&
            !is_default(real) && !is_ours(real)) {
            real.sa_flags |= SA_ONSTACK;
            g_next.sigaction(number, &real, nullptr);
        }
    }
}

namespace lifecycle {

int program_sigaction(int number, const struct sigaction* action, struct sigaction* old) noexcept {
    return g_signals.on_program_action(number, action, old);
}

sighandler_t program_signal(int number, sighandler_t handler,
                            sighandler_t (*next)(int, sighandler_t)) noexcept {
    return g_signals.on_program_signal(number, handler, next);
}

}  // namespace lifecycle
}  // namespace tracemalloc::preload
