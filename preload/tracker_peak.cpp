// SPDX-License-Identifier: MIT
//
// Which moment is the highest: found without a log of events. A set of blocks is worth keeping when
// it is larger than the last one that was kept by 1/250 of the peak, and when it is about to become
// smaller for good, by 1/400: a program that grows, with small steps back, pays nothing; one that
// swings pays for a copy each time that it swings higher by as much.
//
// Threads tell the total of what they count only now and then; while peaks are kept so often that
// all of them together are never further away from it than 1/300. What is kept is thus less than
// 1 % below the peak: 1/250 not yet worth a copy, 1/400 not yet a fall, 1/300 not yet told.
#include <algorithm>

#include "preload/platform/thread_registry.h"
#include "preload/snapshot/snapshot_service.h"
#include "preload/tracker.h"

namespace tracemalloc::preload {

namespace {

// Parts of the peak, see above.
constexpr std::int64_t kRise = 250;
constexpr std::int64_t kFall = 400;
constexpr std::int64_t kUntold = 300;
constexpr std::int64_t kLeastUnflushed = 64;

std::int64_t count_threads() noexcept {
    std::int64_t count = 0;
    for (const ThreadState* thread = thread_registry::first(); thread != nullptr;
         thread = thread->next) {
        count += thread->tid != 0 ? 1 : 0;
    }
    return std::max<std::int64_t>(count, 1);
}

}  // namespace

void Tracker::keep_peak() noexcept {
    keeps_peak_ = true;
    choose_limits(0);
}

void Tracker::on_thread_begin() noexcept {
    if (keeps_peak_) {
        choose_limits(limits_chosen_at_.load(std::memory_order_relaxed));
    }
}

void Tracker::choose_limits(std::int64_t peak) noexcept {
    limits_chosen_at_.store(peak, std::memory_order_relaxed);
    most_unflushed_ = std::clamp(peak / kUntold / count_threads(), kLeastUnflushed, kMostUnflushed);
    least_unflushed_ = -most_unflushed_;
}

/// The total is known and is the highest for some time to come.
bool Tracker::ends_peak(std::int64_t released_bytes) const noexcept {
    const std::int64_t total = traced_bytes_.load(std::memory_order_relaxed);
    const std::int64_t peak = peak_bytes_.load(std::memory_order_relaxed);
    const std::int64_t kept = kept_peak_bytes_.load(std::memory_order_relaxed);
    return total - kept > peak / kRise && total - released_bytes < peak - peak / kFall;
}

// The block is still in the table, so that it is in what is kept. The hook is left meanwhile, as if
// it had not begun; whoever stopped the recording then has forgotten the block.
TM_COLD void Tracker::flush_before_release(const HookScope& hook, std::uintptr_t address,
                                           std::uint64_t bytes, std::uint64_t arriving) noexcept {
    ThreadState& thread = hook.thread();
    const auto released = static_cast<std::int64_t>(bytes);
    flush(thread);
    // A block that is resized is no fall, except for what it loses.
    if (TM_UNLIKELY(keeps_peak_ && ends_peak(released - static_cast<std::int64_t>(arriving)))) {
        hook.step_out([this] {
            const std::int64_t total = traced_bytes_.load(std::memory_order_relaxed);
            if (g_snapshots.keep_peak(static_cast<std::uint64_t>(total))) {
                kept_peak_bytes_.store(total, std::memory_order_relaxed);
            }
        });
        if (blocks_.get(address).stack == StackId::none) {
            return;
        }
    }
    flush(-released);
}

}  // namespace tracemalloc::preload
