// SPDX-License-Identifier: MIT
#include "analyzer/query/timeline.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

using namespace tracemalloc::analyze;
using tracemalloc::test::TraceSet;

namespace {

std::vector<std::uint64_t> sizes_of(const std::vector<Total>& totals) {
    std::vector<std::uint64_t> sizes;
    for (const Total& total : totals) {
        sizes.push_back(total.size);
    }
    return sizes;
}

}  // namespace

TEST_CASE("a timeline keeps the largest series and sums the rest") {
    FrameTable table;
    std::vector<Statistics> moments;
    for (const std::uint64_t round : {1U, 2U, 3U}) {
        TraceSet traces(table);
        traces.add(10 * round, 1, {traces.place("grows.c", 1)});
        if (round == 2) {
            traces.add(25, 1, {traces.place("burst.c", 1)});
        }
        traces.add(4, 1, {traces.place("small.c", 1)});
        traces.add(3, 2, {traces.place("tiny.c", 1)});
        moments.push_back(group_by(traces.snapshot, table, {}));
    }
    const Timeline timeline = make_timeline(moments, table, 2);
    REQUIRE(timeline.series.size() == 2);
    CHECK(table[timeline.series[0].key].filename.text() == "grows.c");
    CHECK(sizes_of(timeline.series[0].totals) == std::vector<std::uint64_t>{10, 20, 30});
    CHECK(sizes_of(timeline.series[1].totals) == std::vector<std::uint64_t>{0, 25, 0});
    CHECK(sizes_of(timeline.rest) == std::vector<std::uint64_t>{10, 10, 10});
    CHECK(timeline.rest[0].count == 3);
    CHECK(timeline.rest_keys == 2);
}

TEST_CASE("a timeline of few keys has no rest") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(10, 1, {traces.place("a.c", 1)});
    const Statistics moment = group_by(traces.snapshot, table, {});
    const Timeline timeline = make_timeline({moment, moment}, table, 5);
    CHECK(timeline.series.size() == 1);
    CHECK(timeline.rest_keys == 0);
    CHECK(timeline.rest == std::vector<Total>(2));
}
