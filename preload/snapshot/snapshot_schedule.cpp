// SPDX-License-Identifier: MIT
#include "preload/snapshot/snapshot_schedule.h"

namespace tracemalloc::preload {

namespace {

/// What has to be reached; 0 when no growth counts.
std::uint64_t grown(std::uint64_t base, Millipercent growth) noexcept {
    if (growth == 0) {
        return 0;
    }
    if (base < SnapshotSchedule::kSmallestBase) {
        base = SnapshotSchedule::kSmallestBase;
    }
    return base +
           static_cast<std::uint64_t>(static_cast<double>(base) *
                                      (static_cast<double>(growth) / 100'000)) +
           1;
}

std::int64_t next_after(std::int64_t last, std::int64_t period, std::int64_t now) noexcept {
    return last + period * ((now - last) / period + 1);
}

}  // namespace

std::uint64_t SnapshotSchedule::growing(const Observation& observation) const noexcept {
    switch (triggers_.growth.quantity) {
        case GrowthTrigger::Quantity::traced:
            return observation.traced_bytes;
        case GrowthTrigger::Quantity::resident:
            return observation.resident_bytes;
        case GrowthTrigger::Quantity::cgroup:
            break;
    }
    return observation.cgroup_bytes;
}

void SnapshotSchedule::begin(const SnapshotTriggers& triggers,
                             const Observation& observation) noexcept {
    triggers_ = triggers;
    next_interval_ns_ = observation.now_ns + triggers.interval_ns;
    next_autosave_ns_ = observation.now_ns + triggers.autosave.period_ns;
    next_growth_bytes_ = grown(growing(observation), triggers.growth.growth);
    next_autosave_resident_bytes_ =
        grown(observation.resident_bytes, triggers.autosave.resident_growth);
}

std::optional<dump::SnapshotReason> SnapshotSchedule::due(
    const Observation& observation) const noexcept {
    if (next_growth_bytes_ != 0 && growing(observation) >= next_growth_bytes_) {
        return dump::SnapshotReason::growth;
    }
    if (triggers_.interval_ns != 0 && observation.now_ns >= next_interval_ns_) {
        return dump::SnapshotReason::interval;
    }
    const AutosaveTrigger& autosave = triggers_.autosave;
    if (autosave.period_ns != 0 &&
        (observation.now_ns >= next_autosave_ns_ ||
         (next_autosave_resident_bytes_ != 0 &&
          observation.resident_bytes >= next_autosave_resident_bytes_))) {
        return dump::SnapshotReason::autosave;
    }
    return std::nullopt;
}

void SnapshotSchedule::on_taken(dump::SnapshotReason reason,
                                const Observation& observation) noexcept {
    if (reason == dump::SnapshotReason::growth) {
        next_growth_bytes_ = grown(growing(observation), triggers_.growth.growth);
    } else if (reason == dump::SnapshotReason::interval) {
        next_interval_ns_ =
            next_after(next_interval_ns_, triggers_.interval_ns, observation.now_ns);
    } else {
        next_autosave_ns_ = observation.now_ns + triggers_.autosave.period_ns;
        next_autosave_resident_bytes_ =
            grown(observation.resident_bytes, triggers_.autosave.resident_growth);
    }
}

}  // namespace tracemalloc::preload
