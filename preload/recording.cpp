// SPDX-License-Identifier: MIT
#include "preload/recording.h"

#include <atomic>
#include <cerrno>

#include "preload/platform/attention.h"
#include "preload/platform/clock.h"
#include "preload/platform/hook_scope.h"
#include "preload/platform/signal_mask.h"
#include "preload/platform/thread_registry.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

namespace tracemalloc::preload::recording {

namespace {

constexpr int kMostTries = 100;

constinit std::atomic<bool> g_has_missed_unload{false};

std::uint32_t state() noexcept {
    return g_attention.load(std::memory_order_acquire) & (kNotArmed | kOff | kStopped);
}

/// Entering a hook starts the tracer if nothing has yet, and tells what this thread is in.
bool is_inside_hook(const void* frame) noexcept {
    const HookScope hook(frame);
    return hook.kind() == HookScope::Kind::nested;
}

/// Nobody else takes a snapshot, forks or changes the recording, and no handler runs in this
/// thread.
class Turn {
public:
    Turn() noexcept : is_ours_(g_snapshots.acquire()) {}
    ~Turn() {
        if (is_ours_) {
            g_snapshots.release();
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    /// Not in a fork handler.
    [[nodiscard]] bool is_ours() const noexcept { return is_ours_; }

private:
    AllSignalsBlocked no_signals_;
    bool is_ours_;
};

bool freeze() noexcept {
    for (int tries = 0; tries < kMostTries; ++tries) {
        if (thread_registry::freeze(thread_registry::kPatienceNs)) {
            return true;
        }
    }
    return false;
}

/// change() with all threads standing still, if recording is on.
template <typename Change>
int change_while_on(const void* frame, Change change) noexcept {
    if (is_inside_hook(frame)) {
        return EAGAIN;
    }
    const Turn turn;
    if (!turn.is_ours()) {
        return EAGAIN;
    }
    if (state() != 0) {
        return 0;
    }
    if (!freeze()) {
        return EBUSY;
    }
    change();
    thread_registry::thaw();
    return 0;
}

}  // namespace

bool is_on() noexcept {
    return state() == 0;
}

int start(const void* frame, std::uint32_t nframe) noexcept {
    if (is_inside_hook(frame)) {
        return EAGAIN;
    }
    const Turn turn;
    if (!turn.is_ours()) {
        return EAGAIN;
    }
    const std::uint32_t before = state();
    if (before != kStopped) {
        return (before & kOff) != 0 ? ENOTSUP : (before & kNotArmed) != 0 ? EAGAIN : 0;
    }
    if (g_has_missed_unload.exchange(false, std::memory_order_acq_rel)) {
        Tracker::forget_code();
    }
    if (!freeze()) {
        return EBUSY;
    }
    g_tracker.set_nframe(nframe);
    g_tracker.blocks().restart_epochs(clock_ns(CLOCK_REALTIME));
    g_attention.fetch_and(~std::uint32_t{kStopped}, std::memory_order_seq_cst);
    thread_registry::thaw();
    g_snapshots.on_start(nframe);
    return 0;
}

int stop(const void* frame) noexcept {
    return change_while_on(frame, [] {
        g_attention.fetch_or(kStopped, std::memory_order_seq_cst);
        g_tracker.clear();
        g_snapshots.on_stop();
    });
}

int clear(const void* frame) noexcept {
    return change_while_on(frame, [] {
        g_tracker.clear();
        g_snapshots.forget_peak();
    });
}

int reset_peak(const void* frame) noexcept {
    return change_while_on(frame, [] {
        g_tracker.reset_peak();
        g_snapshots.forget_peak();
    });
}

// Hooks take the long way from then on, also when every block is recorded again: sampled ones live
// on.
int set_sampling(std::uint64_t mean_bytes) noexcept {
    const AllSignalsBlocked no_signals;
    if ((state() & kOff) != 0) {
        return ENOTSUP;
    }
    if (mean_bytes != 0) {
        g_attention.fetch_or(kThorough, std::memory_order_seq_cst);
    }
    g_tracker.sampler().choose(mean_bytes);
    if (t_state != nullptr) {
        Sampler::forget_gap(t_state->sample);
    }
    return 0;
}

void miss_unload() noexcept {
    g_has_missed_unload.store(true, std::memory_order_release);
}

}  // namespace tracemalloc::preload::recording
