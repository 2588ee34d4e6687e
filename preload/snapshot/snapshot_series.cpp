// SPDX-License-Identifier: MIT
#include "preload/snapshot/snapshot_series.h"

#include <algorithm>
#include <type_traits>

#include "preload/platform/clock.h"
#include "preload/platform/signal_mask.h"
#include "preload/snapshot/process_facts.h"
#include "preload/snapshot/snapshot_service.h"

namespace tracemalloc::preload {

constinit SnapshotSeries g_series;
static_assert(std::is_trivially_destructible_v<SnapshotSeries>);  // it outlives all destructors
constinit TM_THREAD_LOCAL std::int32_t t_operations_to_look = 0;

namespace {

constexpr std::int32_t kMostOperations = 256;
constexpr std::int64_t kLookNs = 5'000'000;
constexpr std::int64_t kReadingNs = 250'000'000;
/// A thread whose looks lie so far apart looks after each operation.
constexpr std::int64_t kSlowNs = 20'000'000;

constinit TM_THREAD_LOCAL std::int32_t t_pace = 1;
constinit TM_THREAD_LOCAL std::int64_t t_last_look_ns = 0;

void set_pace(std::int64_t now_ns) noexcept {
    const std::int64_t elapsed = now_ns - t_last_look_ns;
    t_last_look_ns = now_ns;
    if (elapsed == 0) {
        t_pace = std::min(t_pace * 2, kMostOperations);
    } else if (elapsed > kSlowNs) {
        t_pace = 1;
    }
    t_operations_to_look = t_pace;
}

}  // namespace

bool SnapshotSeries::prepare(const SnapshotTriggers& triggers,
                             std::uint64_t (*traced_bytes)() noexcept) noexcept {
    triggers_ = triggers;
    traced_bytes_ = traced_bytes;
    const bool lacks_cgroup = grows_by(GrowthTrigger::Quantity::cgroup) && !cgroup_.find();
    if (lacks_cgroup) {
        triggers_.growth = {};
    }
    is_on_ = triggers_.interval_ns != 0 || triggers_.growth.growth != 0 ||
             triggers_.autosave.period_ns != 0;
    return !lacks_cgroup;
}

bool SnapshotSeries::grows_by(GrowthTrigger::Quantity quantity) const noexcept {
    return triggers_.growth.growth != 0 && triggers_.growth.quantity == quantity;
}

void SnapshotSeries::after_fork_in_child() noexcept {
    is_looking_.store(false, std::memory_order_relaxed);
    restart();
}

void SnapshotSeries::look() noexcept {
    const std::int64_t now_ns = clock_ns(CLOCK_MONOTONIC_COARSE);
    set_pace(now_ns);
    if (now_ns < next_look_ns_.load(std::memory_order_relaxed)) {
        return;
    }
    const AllSignalsBlocked no_signals;  // a handler might leave by longjmp
    if (!is_looking_.exchange(true, std::memory_order_acquire)) {
        act(now_ns);
        is_looking_.store(false, std::memory_order_release);
    }
}

void SnapshotSeries::act(std::int64_t now_ns) noexcept {
    next_look_ns_.store(now_ns + kLookNs, std::memory_order_relaxed);
    const Observation observation = observe(now_ns);
    if (!is_begun_.exchange(true, std::memory_order_acq_rel)) {
        schedule_.begin(triggers_, observation);
    } else if (const auto reason = schedule_.due(observation)) {
        g_snapshots.take_due(*reason);
        schedule_.on_taken(*reason, observe(clock_ns(CLOCK_MONOTONIC_COARSE)));
    }
}

Observation SnapshotSeries::observe(std::int64_t now_ns) noexcept {
    if (now_ns >= next_reading_ns_) {
        next_reading_ns_ = now_ns + kReadingNs;
        read_files();
    }
    return {now_ns, traced_bytes_(), resident_bytes_, cgroup_bytes_};
}

/// Only what is asked for.
void SnapshotSeries::read_files() noexcept {
    if (triggers_.autosave.resident_growth != 0 || grows_by(GrowthTrigger::Quantity::resident)) {
        resident_bytes_ = resident_bytes();
    }
    if (grows_by(GrowthTrigger::Quantity::cgroup)) {
        cgroup_bytes_ = cgroup_.current_bytes();
    }
}

}  // namespace tracemalloc::preload
