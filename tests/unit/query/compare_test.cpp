// SPDX-License-Identifier: MIT
#include "analyzer/query/compare.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using analyze::GroupBy;

namespace {

std::vector<std::string> differences(const TraceSet& before, const TraceSet& after,
                                     FrameTable& table) {
    const auto old_rows = analyze::group_by(before.snapshot, table, {GroupBy::lineno});
    const auto new_rows = analyze::group_by(after.snapshot, table, {GroupBy::lineno});
    std::vector<std::string> rows;
    for (const analyze::StatisticDiff& row : analyze::compare(old_rows, new_rows, table).rows) {
        rows.push_back(text_of(table[row.traceback[0]]) + " " + std::to_string(row.size) + " (" +
                       std::to_string(row.size_diff) + ") " + std::to_string(row.count) + " (" +
                       std::to_string(row.count_diff) + ")");
    }
    return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("rows of either snapshot, largest change first") {
    FrameTable table;
    TraceSet before(table);
    TraceSet after(table);
    before.add(10, 1, {before.place("grown.c", 1)});
    after.add(10, 3, {after.place("grown.c", 1)});
    before.add(50, 1, {before.place("shrunk.c", 1)});
    after.add(10, 1, {after.place("shrunk.c", 1)});
    before.add(5, 2, {before.place("gone.c", 1)});
    after.add(7, 1, {after.place("new.c", 1)});
    before.add(9, 9, {before.place("same.c", 1)});
    after.add(9, 9, {after.place("same.c", 1)});
    CHECK(differences(before, after, table) ==
          Rows{"shrunk.c:1 10 (-40) 1 (0)", "grown.c:1 30 (20) 3 (2)", "gone.c:1 0 (-10) 0 (-2)",
               "new.c:1 7 (7) 1 (1)", "same.c:1 81 (0) 9 (0)"});
}

TEST_CASE("equal changes: by size, change of count, count, place") {
    FrameTable table;
    TraceSet before(table);
    TraceSet after(table);
    after.add(10, 1, {after.place("a.c", 1)});
    before.add(10, 1, {before.place("b.c", 1)});
    after.add(5, 2, {after.place("c.c", 1)});
    after.add(10, 1, {after.place("d.c", 1)});
    CHECK(differences(before, after, table) == Rows{"c.c:1 10 (10) 2 (2)", "d.c:1 10 (10) 1 (1)",
                                                    "a.c:1 10 (10) 1 (1)", "b.c:1 0 (-10) 0 (-1)"});
}

TEST_CASE("the totals are those of the snapshots") {
    FrameTable table;
    TraceSet before(table);
    TraceSet after(table);
    before.add(10, 2, {before.place("a.c", 1)});
    const auto comparison = analyze::compare(analyze::group_by(before.snapshot, table, {}),
                                             analyze::group_by(after.snapshot, table, {}), table);
    CHECK(comparison.old_total == analyze::Total{20, 2});
    CHECK(comparison.new_total == analyze::Total{0, 0});
}

TEST_CASE("two builds of a program match by their source") {
    FrameTable table;
    TraceSet before(table);
    TraceSet after(table);
    before.add(1, 1, {before.place("a.c", 1, "f", "build-1/app", 100)});
    after.add(2, 1, {after.place("a.c", 1, "f", "build-2/app", 200)});
    const auto old_rows = analyze::group_by(before.snapshot, table, {GroupBy::traceback});
    const auto new_rows = analyze::group_by(after.snapshot, table, {GroupBy::traceback});
    const auto comparison = analyze::compare(old_rows, new_rows, table);
    REQUIRE(comparison.rows.size() == 1);
    CHECK(comparison.rows[0].size_diff == 1);
}

}  // namespace tracemalloc::test
