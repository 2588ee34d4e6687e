// SPDX-License-Identifier: MIT
#include "analyzer/query/project_metric.h"

#include "analyzer/query/call_tree.h"
#include "analyzer/query/compare.h"
#include "analyzer/query/filter_traces.h"
#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using analyze::GroupBy;
using analyze::Metric;
using analyze::Snapshot;
using analyze::Total;

using Rows = std::vector<std::string>;

namespace {

/// a.c:1 keeps 2 of 10 blocks, b.c:1 none of 100 small ones, c.c:1 allocated nothing.
TraceSet busy(FrameTable& table) {
    TraceSet traces(table);
    traces.add(10, 2, {traces.place("a.c", 1), traces.place("main.c", 9)});
    traces.add(0, 0, {traces.place("b.c", 1), traces.place("main.c", 9)});
    traces.snapshot.traces.pop_back();
    traces.add(7, 1, {traces.place("c.c", 1)});
    traces.snapshot.traffic = {{0, 10, 1003, 3, 31}, {1, 100, 500, 90, 400}, {2, 1, 7, 0, 0}};
    return traces;
}

TraceSet projected(FrameTable& table, Metric metric) {
    TraceSet traces = busy(table);
    analyze::project_metric(traces.snapshot, metric);
    return traces;
}

}  // namespace

TEST_CASE("sums of a traceback are the traffic's, exactly, whatever it divides by") {
    FrameTable table;
    const TraceSet allocated = projected(table, Metric::allocated);
    CHECK(allocated.snapshot.total() == Total{1510, 111});
    CHECK(rows_of(allocated, table, {GroupBy::lineno}) ==
          Rows{"a.c:1 = 1003/10", "b.c:1 = 500/100", "c.c:1 = 7/1"});
    for (const analyze::Trace& trace : allocated.snapshot.traces) {
        CHECK(trace.count > 0);
    }
    const TraceSet temporary = projected(table, Metric::temporary);
    CHECK(temporary.snapshot.total() == Total{431, 93});
    CHECK(rows_of(temporary, table, {GroupBy::lineno}) == Rows{"b.c:1 = 400/90", "a.c:1 = 31/3"});
}

TEST_CASE("samples stay what they are, and stand for what was allocated") {
    FrameTable table;
    TraceSet traces = busy(table);
    traces.snapshot.traffic = {{0, 2, 20, 1, 10, 1000}, {0, 1, 5000, 0, 0, 1000}, {1, 7, 70, 0, 0}};
    analyze::Total all = analyze::estimate(10, 2, 1000);
    all += analyze::estimate(5000, 1, 1000);
    all += {70, 7};
    CHECK(traces.snapshot.allocated() == all);
    CHECK(traces.snapshot.temporary() == analyze::estimate(10, 1, 1000));
    analyze::project_metric(traces.snapshot, Metric::allocated);
    CHECK(traces.snapshot.total() == all);
    analyze::project_metric(traces.snapshot, Metric::temporary);
    CHECK(traces.snapshot.total() == analyze::estimate(10, 1, 1000));
}

TEST_CASE("calls are ranked by their number, allocated bytes by size") {
    FrameTable table;
    const TraceSet calls = projected(table, Metric::calls);
    CHECK(rows_of(calls, table, {GroupBy::lineno}) ==
          Rows{"b.c:1 = 500/100", "a.c:1 = 1003/10", "c.c:1 = 7/1"});
    CHECK(rows_of(calls, table, {GroupBy::filename, analyze::Cumulative::yes}).front() ==
          "main.c = 1503/110");
    const auto tree = [&](Metric metric) {
        const TraceSet traces = projected(table, metric);
        const auto built = analyze::build_call_tree(
            traces.snapshot, table, {analyze::CallOrder::callees_first, analyze::FrameView::raw});
        return text_of(table[built.nodes[1].frame]);
    };
    CHECK(tree(Metric::calls) == "b.c:1 app");
    CHECK(tree(Metric::allocated) == "a.c:1 app");
}

TEST_CASE("differences of calls are ranked by their number") {
    FrameTable table;
    const TraceSet before = projected(table, Metric::calls);
    TraceSet after = busy(table);
    after.snapshot.traffic = {{0, 11, 9000, 3, 31}, {1, 150, 700, 90, 400}, {2, 1, 7, 0, 0}};
    analyze::project_metric(after.snapshot, Metric::calls);
    const auto comparison =
        analyze::compare(analyze::group_by(before.snapshot, table, {GroupBy::lineno}),
                         analyze::group_by(after.snapshot, table, {GroupBy::lineno}), table);
    CHECK(text_of(table[comparison.rows[0].traceback.front()]) == "b.c:1");
    CHECK(comparison.rows[0].count_diff == 50);
    CHECK(comparison.rows[1].size_diff == 7997);
}

TEST_CASE("live blocks stay what they are, and freed is what is left") {
    FrameTable table;
    const TraceSet live = projected(table, Metric::live);
    CHECK(live.snapshot.total() == Total{27, 3});
    CHECK(live.snapshot.freed() == Total{1510 - 27, 111 - 3});
    CHECK(projected(table, Metric::allocated).snapshot.freed() == Total{1510 - 27, 111 - 3});
    CHECK(projected(table, Metric::peak).snapshot.total() == Total{27, 3});
    TraceSet child = projected(table, Metric::allocated);
    child.snapshot.info.forked_child = true;  // blocks of its parent are live, but not its traffic
    CHECK_FALSE(child.snapshot.freed());
    child.snapshot.info.forked_child = false;
    child.snapshot.traffic.reset();
    CHECK_FALSE(child.snapshot.freed());
}

TEST_CASE("filters let traffic through as they do blocks") {
    FrameTable table;
    TraceSet traces = projected(table, Metric::allocated);
    analyze::filter_traces(traces.snapshot, table, {{true, "a.c", {}}},
                           analyze::FrameView::attributed);
    CHECK(traces.snapshot.total() == Total{1003, 10});
    CHECK(traces.snapshot.freed() == Total{1003 - 20, 8});
    CHECK(traces.snapshot.allocated() == Total{1003, 10});
}

}  // namespace tracemalloc::test
