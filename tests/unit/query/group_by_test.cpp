// SPDX-License-Identifier: MIT
#include "analyzer/query/group_by.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using analyze::Cumulative;
using analyze::FrameView;
using analyze::GroupBy;

using Rows = std::vector<std::string>;

TEST_CASE("rows are summed by key and sorted by size, count and place, descending") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId a1 = traces.place("a.c", 1);
    const FrameId a2 = traces.place("a.c", 2);
    const FrameId b1 = traces.place("b.c", 1);
    traces.add(10, 2, {a1, b1});
    traces.add(10, 2, {a2});
    traces.add(5, 4, {b1, a1});
    traces.add(0, 9, {b1, a2});
    CHECK(rows_of(traces, table, {GroupBy::lineno}) ==
          Rows{"b.c:1 = 20/13", "a.c:2 = 20/2", "a.c:1 = 20/2"});
    CHECK(rows_of(traces, table, {GroupBy::filename}) == Rows{"a.c = 40/4", "b.c = 20/13"});
    CHECK(rows_of(traces, table, {GroupBy::module}) == Rows{"app = 60/17"});
}

TEST_CASE("the total is that of the traces") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId place = traces.place("a.c", 1);
    traces.add(10, 2, {place, place});
    const auto statistics =
        analyze::group_by(traces.snapshot, table, {GroupBy::lineno, Cumulative::yes});
    CHECK(statistics.total == analyze::Total{20, 2});
    REQUIRE(statistics.rows.size() == 1);
    CHECK(statistics.rows[0].size == 40);
    CHECK(statistics.rows[0].count == 4);
}

TEST_CASE("cumulative rows count every frame, a recursive one as often as it occurs") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId leaf = traces.place("leaf.c", 1);
    const FrameId recursive = traces.place("deep.c", 7);
    const FrameId root = traces.place("main.c", 3);
    traces.add(100, 1, {leaf, recursive, recursive, root});
    traces.add(1, 1, {recursive, root});
    CHECK(rows_of(traces, table, {GroupBy::lineno, Cumulative::yes}) ==
          Rows{"deep.c:7 = 201/3", "main.c:3 = 101/2", "leaf.c:1 = 100/1"});
}

TEST_CASE("equal rows stand in descending order of their tracebacks, oldest frame first") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId a = traces.place("a.c", 1);
    const FrameId b = traces.place("b.c", 1);
    traces.add(1, 1, {a});
    traces.add(1, 1, {b, a});
    traces.add(1, 1, {a, b});
    traces.add(1, 1, {b, b});
    traces.add(1, 1, {a, b, a});
    CHECK(rows_of(traces, table, {GroupBy::traceback}) ==
          Rows{"b.c:1 < b.c:1 = 1/1", "a.c:1 < b.c:1 = 1/1", "a.c:1 < b.c:1 < a.c:1 = 1/1",
               "b.c:1 < a.c:1 = 1/1", "a.c:1 = 1/1"});
}

TEST_CASE("keys fall back to what is known") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(1, 1, {traces.place(nullptr, 0, "f", "lib", 16)});
    traces.add(1, 1, {traces.place(nullptr, 0, "f", "lib", 32)});
    traces.add(4, 1, {traces.place(nullptr, 0, nullptr, "lib", 48)});
    traces.add(8, 1, {traces.place(nullptr, 0, nullptr, "lib", 64)});
    traces.add(16, 1, {traces.place(nullptr, 0, nullptr, nullptr, 7)});
    traces.add(32, 1, {traces.place("a.c", 3, "g", "app", 80)});
    traces.add(64, 1, {traces.place("a.c", 4, nullptr, "app", 96)});
    CHECK(rows_of(traces, table, {GroupBy::lineno}) == Rows{"a.c:4 = 64/1", "a.c:3 = 32/1",
                                                            " = 16/1", "lib+64 = 8/1",
                                                            "lib+48 = 4/1", "f lib = 2/2"});
    CHECK(rows_of(traces, table, {GroupBy::filename}) ==
          Rows{"a.c = 96/2", " = 16/1", "lib = 14/4"});
    CHECK(rows_of(traces, table, {GroupBy::function}) == Rows{"a.c app = 64/1", "a.c g app = 32/1",
                                                              " = 16/1", "lib+64 = 8/1",
                                                              "lib+48 = 4/1", "f lib = 2/2"});
    CHECK(rows_of(traces, table, {GroupBy::module}) == Rows{"app = 96/2", " = 16/1", "lib = 14/4"});
    CHECK(rows_of(traces, table, {GroupBy::traceback}) == Rows{"a.c:4 = 64/1", "a.c:3 g = 32/1",
                                                               " = 16/1", "lib+64 = 8/1",
                                                               "lib+48 = 4/1", "f lib = 2/2"});
}

TEST_CASE("frames set aside are no part of a key, unless the view is raw") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId wrapper = traces.place("xmalloc.c", 9);
    const FrameId a = traces.place("a.c", 1);
    traces.add(1, 1, {wrapper, a}, 1);
    traces.add(2, 1, {a}, 0);
    CHECK(rows_of(traces, table, {GroupBy::lineno}) == Rows{"a.c:1 = 3/2"});
    CHECK(rows_of(traces, table, {GroupBy::traceback}) == Rows{"a.c:1 = 3/2"});
    CHECK(rows_of(traces, table, {GroupBy::lineno, Cumulative::yes}) == Rows{"a.c:1 = 3/2"});
    CHECK(rows_of(traces, table, {GroupBy::lineno, Cumulative::no, FrameView::raw}) ==
          Rows{"a.c:1 = 2/1", "xmalloc.c:9 = 1/1"});
    CHECK(rows_of(traces, table, {GroupBy::traceback, Cumulative::no, FrameView::raw}) ==
          Rows{"a.c:1 = 2/1", "xmalloc.c:9 < a.c:1 = 1/1"});
}

TEST_CASE("a snapshot without traces has no rows") {
    FrameTable table;
    const TraceSet traces(table);
    CHECK(rows_of(traces, table, {GroupBy::traceback}).empty());
}

TEST_CASE("rows by domain and by tag") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(1, 1, {traces.place("a.c", 1)});
    traces.add(2, 3, {traces.place("a.c", 2)});
    traces.add(4, 1, {traces.place("b.c", 3)});
    traces.snapshot.tracebacks[1].domain = 7;
    traces.snapshot.tracebacks[2].domain = 7;
    traces.snapshot.tracebacks[2].tag = table.name("request");
    CHECK(rows_of(traces, table, {analyze::GroupBy::domain}) == Rows{"7 = 10/4", "0 = 1/1"});
    CHECK(rows_of(traces, table, {analyze::GroupBy::tag}) == Rows{" = 7/4", "request = 4/1"});
}

TEST_CASE("rows of sampled blocks are estimates with their variance") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(100, 3, {traces.place("a.c", 1)});
    traces.add(100, 5, {traces.place("a.c", 1)});
    traces.snapshot.traces[1].mean_bytes = 4096;
    const analyze::Statistics rows =
        analyze::group_by(traces.snapshot, table, {analyze::GroupBy::lineno});
    const analyze::Total sampled = analyze::estimate(100, 5, 4096);
    REQUIRE(rows.rows.size() == 1);
    CHECK(rows.rows[0].size == 300 + sampled.size);
    CHECK(rows.rows[0].count == 3 + sampled.count);
    CHECK(rows.rows[0].variance == sampled.variance);
    CHECK(rows.total == rows.rows[0].total());
}

TEST_CASE("a trace that counts three times in a row has nine times the variance there") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId recursive = traces.place("a.c", 1);
    traces.add(100, 5, {recursive, recursive, traces.place("b.c", 2), recursive});
    traces.snapshot.traces[0].mean_bytes = 4096;
    const analyze::Statistics rows = analyze::group_by(
        traces.snapshot, table, {analyze::GroupBy::lineno, analyze::Cumulative::yes});
    const analyze::Variance once = analyze::estimate(100, 5, 4096).variance;
    REQUIRE(rows.rows.size() == 2);
    CHECK(rows.rows[0].variance.size / once.size > 8.999);
    CHECK(rows.rows[0].variance.size / once.size < 9.001);
    CHECK(rows.rows[0].variance.count / once.count < 9.001);
    CHECK(rows.rows[1].variance == once);
    CHECK(rows.total.variance == once);
}

}  // namespace tracemalloc::test
