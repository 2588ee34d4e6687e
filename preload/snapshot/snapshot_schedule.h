// SPDX-License-Identifier: MIT
//
// When the next snapshot is due that nobody asks for. Pure: it is told what is the case and answers
// for which reason a snapshot should be taken now.
//
// Growth is counted from the quantity at the last snapshot that growth brought about, and at first
// from what there is, but not from less than 1 MiB: a starting program doubles many times. So the
// number of those snapshots is at most the logarithm of the highest quantity.
#pragma once

#include <cstdint>
#include <optional>

#include "common/dump_format.h"
#include "common/snapshot_trigger.h"

namespace tracemalloc::preload {

/// Quantities that no trigger asks about may be 0.
struct Observation {
    std::int64_t now_ns = 0;
    std::uint64_t traced_bytes = 0;
    std::uint64_t resident_bytes = 0;
    std::uint64_t cgroup_bytes = 0;
};

class SnapshotSchedule {
public:
    static constexpr std::uint64_t kSmallestBase = std::uint64_t{1} << 20;

    /// From now on; periods begin now.
    void begin(const SnapshotTriggers& triggers, const Observation& observation) noexcept;

    /// One reason at a time; the others are still due when this one was taken.
    [[nodiscard]] std::optional<dump::SnapshotReason> due(
        const Observation& observation) const noexcept;

    /// The snapshot is complete. Periods that passed meanwhile are left out.
    void on_taken(dump::SnapshotReason reason, const Observation& observation) noexcept;

private:
    [[nodiscard]] std::uint64_t growing(const Observation& observation) const noexcept;

    SnapshotTriggers triggers_;
    std::int64_t next_interval_ns_ = 0;
    std::int64_t next_autosave_ns_ = 0;
    std::uint64_t next_growth_bytes_ = 0;             ///< 0: none
    std::uint64_t next_autosave_resident_bytes_ = 0;  ///< 0: none
};

}  // namespace tracemalloc::preload
