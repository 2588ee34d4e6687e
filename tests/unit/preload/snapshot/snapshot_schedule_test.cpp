// SPDX-License-Identifier: MIT
#include "preload/snapshot/snapshot_schedule.h"

#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

using Reason = dump::SnapshotReason;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

Observation at(std::int64_t now, std::uint64_t traced = 0, std::uint64_t resident = 0,
               std::uint64_t cgroup = 0) {
    return {now, traced, resident, cgroup};
}

SnapshotSchedule begun(const SnapshotTriggers& triggers, const Observation& observation) {
    SnapshotSchedule schedule;
    schedule.begin(triggers, observation);
    return schedule;
}

SnapshotTriggers growth(GrowthTrigger::Quantity quantity, Millipercent by) {
    SnapshotTriggers triggers;
    triggers.growth = {quantity, by};
    return triggers;
}

/// The observations at which a snapshot is taken, by their times.
std::vector<std::int64_t> taken(SnapshotSchedule schedule,
                                const std::vector<Observation>& observations) {
    std::vector<std::int64_t> times;
    for (const Observation& observation : observations) {
        while (const auto reason = schedule.due(observation)) {
            times.push_back(observation.now_ns);
            schedule.on_taken(*reason, observation);
        }
    }
    return times;
}

}  // namespace

TEST_CASE("without triggers nothing is ever due") {
    CHECK_FALSE(begun({}, at(0)).due(at(INT64_MAX, ~std::uint64_t{0}, ~std::uint64_t{0})));
}

TEST_CASE("intervals are counted from the beginning, and those that were missed are left out") {
    SnapshotTriggers triggers;
    triggers.interval_ns = 10;
    SnapshotSchedule schedule = begun(triggers, at(1000));
    CHECK_FALSE(schedule.due(at(1009)));
    CHECK(schedule.due(at(1010)) == Reason::interval);
    schedule.on_taken(Reason::interval, at(1013));
    CHECK_FALSE(schedule.due(at(1019)));
    CHECK(schedule.due(at(1020)) == Reason::interval);
    schedule.on_taken(Reason::interval, at(1057));
    CHECK_FALSE(schedule.due(at(1059)));
    CHECK(schedule.due(at(1060)) == Reason::interval);
}

TEST_CASE("growth counts from the last snapshot that growth brought about") {
    const SnapshotTriggers triggers = growth(GrowthTrigger::Quantity::traced, 50'000);
    CHECK(taken(begun(triggers, at(0, 4 * kMiB)),
                {at(1, 5 * kMiB), at(2, 6 * kMiB + 1), at(3, 9 * kMiB), at(4, 9 * kMiB + 9),
                 at(5, 2 * kMiB), at(6, 13 * kMiB), at(7, 14 * kMiB)}) ==
          std::vector<std::int64_t>{2, 4, 7});
}

TEST_CASE("a starting program does not fire dozens") {
    const SnapshotTriggers triggers = growth(GrowthTrigger::Quantity::traced, 100'000);
    std::vector<Observation> observations;
    for (std::int64_t now = 0; now <= 1 << 20; now += 64) {
        observations.push_back(at(now, static_cast<std::uint64_t>(now) * 16));
    }
    // From nothing to 16 MiB: beyond 2, 4, 8 MiB.
    CHECK(taken(begun(triggers, at(0)), observations).size() == 3);
}

TEST_CASE("each quantity is its own") {
    const auto resident = growth(GrowthTrigger::Quantity::resident, 10'000);
    CHECK_FALSE(begun(resident, at(0, 0, 10 * kMiB)).due(at(1, 99 * kMiB, 10 * kMiB, 99 * kMiB)));
    CHECK(begun(resident, at(0, 0, 10 * kMiB)).due(at(1, 0, 12 * kMiB)) == Reason::growth);
    const auto cgroup = growth(GrowthTrigger::Quantity::cgroup, 10'000);
    CHECK_FALSE(begun(cgroup, at(0, 0, 0, 10 * kMiB)).due(at(1, 99 * kMiB, 99 * kMiB, 10 * kMiB)));
    CHECK(begun(cgroup, at(0, 0, 0, 10 * kMiB)).due(at(1, 0, 0, 12 * kMiB)) == Reason::growth);
}

TEST_CASE("an autosave is due by time or by growth, and both count anew from it") {
    SnapshotTriggers triggers;
    triggers.autosave = {100, 50'000};
    SnapshotSchedule schedule = begun(triggers, at(0, 0, 10 * kMiB));
    CHECK_FALSE(schedule.due(at(99, 0, 15 * kMiB)));
    CHECK(schedule.due(at(100, 0, 0)) == Reason::autosave);
    CHECK(schedule.due(at(50, 0, 16 * kMiB)) == Reason::autosave);
    schedule.on_taken(Reason::autosave, at(50, 0, 16 * kMiB));
    CHECK_FALSE(schedule.due(at(149, 0, 24 * kMiB)));
    CHECK(schedule.due(at(150, 0, 0)) == Reason::autosave);
    CHECK(schedule.due(at(60, 0, 25 * kMiB)) == Reason::autosave);
}

TEST_CASE("several reasons come one after the other") {
    SnapshotTriggers triggers = growth(GrowthTrigger::Quantity::traced, 10'000);
    triggers.interval_ns = 10;
    triggers.autosave.period_ns = 10;
    SnapshotSchedule schedule = begun(triggers, at(0));
    const Observation now = at(10, 9 * kMiB);
    for (const Reason expected : {Reason::growth, Reason::interval, Reason::autosave}) {
        REQUIRE(schedule.due(now) == expected);
        schedule.on_taken(expected, now);
    }
    CHECK_FALSE(schedule.due(now));
}

}  // namespace tracemalloc::preload
