// SPDX-License-Identifier: MIT
#include "analyzer/query/births.h"

#include "analyzer/query/filter_traces.h"
#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using namespace analyze;

namespace {

/// Snapshot 9 of a forked process: epochs of the parent, from the fork, and after snapshots 2, 5
/// and 6, so that nothing began at 3 and 4.
Snapshot family(TraceSet& traces) {
    traces.add(10, 15, {traces.place("a.c", 1)});
    traces.add(100, 6, {traces.place("b.c", 2)});
    Snapshot snapshot = traces.snapshot;
    snapshot.info.number = 9;
    snapshot.births.epochs = {
        {7, true, 1}, {0, false, 2}, {2, false, 3}, {5, false, 4}, {6, false, 5}};
    snapshot.births.rows = {{0, 0, 1}, {0, 1, 2}, {0, 2, 3}, {0, 3, 4},
                            {0, 4, 5}, {1, 0, 1}, {1, 2, 5}};
    return snapshot;
}

std::vector<std::uint64_t> born(const BirthFilter& filter) {
    FrameTable table;
    TraceSet traces(table);
    return count_born(family(traces), filter);
}

using Counts = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("an epoch lasts until the next one begins, the last one until the snapshot") {
    FrameTable table;
    TraceSet traces(table);
    const Snapshot snapshot = family(traces);
    const auto is_span = [&](std::size_t epoch, std::int64_t from, std::int64_t until) {
        const BirthSpan span = span_of(snapshot, epoch);
        return span.from == from && span.until == until;
    };
    CHECK(is_span(0, -1, 0));
    CHECK(is_span(1, 0, 2));
    CHECK(is_span(2, 2, 5));
    CHECK(is_span(4, 6, 9));
}

TEST_CASE("blocks born between two snapshots are counted where that is certain") {
    CHECK(born({}) == Counts{15, 6});
    CHECK(born({.after = 0}) == Counts{14, 5});
    CHECK(born({.before = 0}) == Counts{1, 1});
    CHECK(born({.after = 0, .before = 2}) == Counts{2, 0});
    CHECK(born({.after = 5}) == Counts{9, 0});
    CHECK(born({.after = 3}) == Counts{9, 0});   // those of 2 to 5 may be older
    CHECK(born({.before = 3}) == Counts{3, 1});  // or younger
    CHECK(born({.after = 2, .before = 6}) == Counts{7, 5});
    CHECK(born({.after = 9}) == Counts{0, 0});
    CHECK(born({.before = 9}) == Counts{15, 6});
}

TEST_CASE("a filtered snapshot holds the blocks that were asked for, and says what is undecided") {
    FrameTable table;
    TraceSet traces(table);
    Snapshot snapshot = family(traces);
    const Total undecided = filter_births(snapshot, {.after = 3});
    CHECK(undecided == Total{3 * 10 + 5 * 100, 8});
    REQUIRE(snapshot.traces.size() == 1);
    CHECK(snapshot.traces[0].size == 10);
    CHECK(snapshot.traces[0].count == 9);
    CHECK(snapshot.births.rows == std::vector<Birth>{{0, 3, 4}, {0, 4, 5}});
    Snapshot child = family(traces);
    CHECK(filter_births(child, {.after = 0}) == Total{});
    CHECK(child.total() == Total{14 * 10 + 5 * 100, 19});
}

TEST_CASE("of a part of a row it is not known which blocks nothing leads to") {
    FrameTable table;
    TraceSet traces(table);
    Snapshot snapshot = family(traces);
    snapshot.info.leaks_known = true;
    snapshot.traces[0].unreachable_direct = 12;
    Snapshot whole = snapshot;
    filter_births(whole, {.before = 9});
    CHECK(whole.info.leaks_known);
    CHECK(whole.traces[0].unreachable_direct == 12);
    filter_births(snapshot, {.after = 5});
    CHECK_FALSE(snapshot.info.leaks_known);
    CHECK(snapshot.traces[0].unreachable_direct == 0);
}

TEST_CASE("without rows all blocks are of the first epoch") {
    FrameTable table;
    TraceSet traces(table);
    Snapshot snapshot = family(traces);
    snapshot.info.number = 1;
    snapshot.births = {{{0, false, 2}}, {}};
    CHECK(count_born(snapshot, {.after = 0, .before = 1}) == Counts{15, 6});
    CHECK(count_born(snapshot, {.after = 1}) == Counts{0, 0});
    CHECK(filter_births(snapshot, {.before = 0}) == Total{});
    CHECK(snapshot.traces.empty());
}

TEST_CASE("births stay with their traces when other traces go") {
    FrameTable table;
    TraceSet traces(table);
    Snapshot snapshot = family(traces);
    Filter only_b;
    only_b.filename_pattern = "b.c";
    filter_traces(snapshot, table, {only_b}, FrameView::raw);
    REQUIRE(snapshot.traces.size() == 1);
    CHECK(snapshot.births.rows == std::vector<Birth>{{0, 0, 1}, {0, 2, 5}});
}

}  // namespace tracemalloc::test
