// SPDX-License-Identifier: MIT
#include "analyzer/query/survivors.h"

#include "analyzer/query/compare.h"
#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using namespace analyze;

namespace {

/// Snapshot `number` of one process, with blocks of 8 bytes: of the leak two born before each
/// snapshot, of the cache 50 before the second.
Snapshot moment(FrameTable& table, std::uint32_t number) {
    TraceSet traces(table);
    traces.add(8, 2 * number, {traces.place("leak.c", 1)});
    if (number >= 2) {
        traces.add(8, 50, {traces.place("cache.c", 2)});
    }
    Snapshot snapshot = traces.snapshot;
    snapshot.info.pid = 4;
    snapshot.info.number = number;
    for (std::uint32_t epoch = 0; epoch < number; ++epoch) {
        snapshot.births.epochs.push_back({epoch, false, 0});
        snapshot.births.rows.push_back({0, epoch, 2});
    }
    if (number >= 2) {
        snapshot.births.rows.push_back({1, 1, 50});
    }
    return snapshot;
}

struct Series {
    FrameTable table;
    std::vector<Snapshot> snapshots = {moment(table, 1), moment(table, 2), moment(table, 4)};

    std::vector<Statistics> survivors() {
        std::vector<const Snapshot*> all;
        for (const Snapshot& snapshot : snapshots) {
            all.push_back(&snapshot);
        }
        return find_survivors(all, table, {GroupBy::filename, Cumulative::no, FrameView::raw});
    }
};

}  // namespace

TEST_CASE("survivors are the blocks born in each step that the last snapshot still has") {
    Series series;
    const std::vector<Statistics> survivors = series.survivors();
    REQUIRE(survivors.size() == 2);
    CHECK(survivors[0].total == Total{8 * 52, 52});
    REQUIRE(survivors[0].rows.size() == 2);
    CHECK(text_of(survivors[0].rows[0], series.table) == "cache.c = 400/50");
    CHECK(text_of(survivors[0].rows[1], series.table) == "leak.c = 16/2");
    REQUIRE(survivors[1].rows.size() == 1);
    CHECK(text_of(survivors[1].rows[0], series.table) == "leak.c = 32/4");
}

TEST_CASE("there is nothing to tell of snapshots of several processes, out of order, or untold") {
    Series other_process;
    other_process.snapshots[1].info.start_unix_ns = 7;
    CHECK(other_process.survivors().empty());
    Series out_of_order;
    out_of_order.snapshots[1].info.number = 1;
    CHECK(out_of_order.survivors().empty());
    Series peak;
    peak.snapshots[1].info.reason = "peak";
    CHECK(peak.survivors().empty());
    Series untold;
    untold.snapshots[2].births = {};
    CHECK(untold.survivors().empty());
}

TEST_CASE(
    "of sampled snapshots of one process, the blocks that both have leave the error of a change") {
    Series series;
    for (Snapshot& snapshot : series.snapshots) {
        snapshot.info.sampling = {4096, false};
        for (Trace& trace : snapshot.traces) {
            trace.mean_bytes = 4096;
        }
    }
    const Grouping grouping{GroupBy::filename, Cumulative::no, FrameView::raw};
    const Snapshot& before = series.snapshots[1];
    const Snapshot& after = series.snapshots[2];
    const Statistics kept = find_kept(before, after, series.table, grouping);
    REQUIRE(kept.rows.size() == 2);  // all 50 of the cache, 4 of the 8 of the leak
    const Comparison changes = compare(group_by(before, series.table, grouping),
                                       group_by(after, series.table, grouping), series.table, kept);
    REQUIRE(changes.rows.size() == 2);
    const Total born = estimate(8, 4, 4096);
    CHECK(series.table[changes.rows[0].traceback.front()].filename.text() == "leak.c");
    CHECK(changes.rows[0].diff_variance.count / born.variance.count > 0.999);
    CHECK(changes.rows[0].diff_variance.count / born.variance.count < 1.001);
    CHECK(changes.rows[1].count_diff == 0);
    CHECK(changes.rows[1].diff_variance == Variance{});
    CHECK(find_kept(after, before, series.table, grouping).rows.empty());
    Snapshot other = before;
    other.info.start_unix_ns = 7;
    CHECK(find_kept(other, after, series.table, grouping).rows.empty());
    Snapshot exact = before;
    exact.info.sampling.reset();
    CHECK(find_kept(exact, after, series.table, grouping).rows.empty());
}

}  // namespace tracemalloc::test
