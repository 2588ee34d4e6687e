// SPDX-License-Identifier: MIT
//
// Snapshots that come by themselves. There is no thread and no timer for them: a thread that leaves
// a hook looks at the clock now and then. A process that does not touch its heap takes none, and
// has nothing new to show.
//
// Cost: a thread-local count for each operation, and a look at the coarse clock after as many
// operations as the thread makes in a few milliseconds, 256 at most; after each one in a thread
// that makes few. What there is to be measured is measured every 5 ms at most, what has to be read
// from a file four times a second.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/platform/attributes.h"
#include "preload/platform/cgroup_memory.h"
#include "preload/snapshot/snapshot_schedule.h"

namespace tracemalloc::preload {

/// Operations of this thread until it looks at the clock.
extern constinit TM_THREAD_LOCAL std::int32_t t_operations_to_look;

class SnapshotSeries {
public:
    /// False when growth is that of a cgroup that cannot be read, and is left out.
    [[nodiscard]] bool prepare(const SnapshotTriggers& triggers,
                               std::uint64_t (*traced_bytes)() noexcept) noexcept;
    [[nodiscard]] bool is_on() const noexcept { return is_on_; }

    /// On leaving a hook, outside it.
    void tick() noexcept {
        if (is_on_ && --t_operations_to_look <= 0) {
            look();
        }
    }

    /// Recording began anew: periods and growth count from the next operation on.
    void restart() noexcept { is_begun_.store(false, std::memory_order_release); }
    void after_fork_in_child() noexcept;

private:
    [[nodiscard]] bool grows_by(GrowthTrigger::Quantity quantity) const noexcept;
    void look() noexcept;
    void act(std::int64_t now_ns) noexcept;
    [[nodiscard]] Observation observe(std::int64_t now_ns) noexcept;
    void read_files() noexcept;

    bool is_on_ = false;
    SnapshotTriggers triggers_;
    std::uint64_t (*traced_bytes_)() noexcept = nullptr;
    CgroupMemory cgroup_;

    std::atomic<std::int64_t> next_look_ns_{0};
    std::atomic<bool> is_looking_{false};  ///< by who this is true, the rest is used
    std::atomic<bool> is_begun_{false};
    SnapshotSchedule schedule_;
    std::int64_t next_reading_ns_ = 0;
    std::uint64_t resident_bytes_ = 0;
    std::uint64_t cgroup_bytes_ = 0;
};

extern SnapshotSeries g_series;

}  // namespace tracemalloc::preload
