// SPDX-License-Identifier: MIT
#include "analyzer/render/trace_order.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("traces stand by what they hold, then by count, then as in the dump") {
    const std::vector<Trace> traces = {
        {0, 0, 10, 1}, {0, 0, 1, 20}, {0, 0, 5, 2}, {0, 0, 10, 1}, {0, 0, 0, 7}};
    using Order = std::vector<std::uint32_t>;
    CHECK(largest_traces(traces, 5) == Order{1, 2, 0, 3, 4});
    CHECK(largest_traces(traces, 2) == Order{1, 2});
    CHECK(largest_traces(traces, 0).empty());
    CHECK(largest_traces({}, 3).empty());
    CHECK(largest_traces(traces, 99).size() == 5);
}

TEST_CASE("the rest is what is not shown") {
    Snapshot snapshot;
    snapshot.traces = {{0, 0, 10, 1}, {0, 0, 1, 20}, {0, 0, 5, 2}};
    const std::vector<std::uint32_t> shown = {1};
    CHECK(rest_of(snapshot, shown) == Total{20, 3});
}
