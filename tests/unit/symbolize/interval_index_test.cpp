// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/interval_index.h"

#include <limits>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("an interval holds its start and not its end") {
    const IntervalIndex<int> index({{10, 20, 1}, {20, 30, 2}});
    CHECK(index.find(9) == nullptr);
    CHECK(index.find(10)->payload == 1);
    CHECK(index.find(19)->payload == 1);
    CHECK(index.find(20)->payload == 2);
    CHECK(index.find(30) == nullptr);
}

TEST_CASE("a nested interval answers for its part only") {
    const IntervalIndex<int> index({{0, 100, 1}, {40, 50, 2}, {42, 44, 3}});
    CHECK(index.find(39)->payload == 1);
    CHECK(index.find(41)->payload == 2);
    CHECK(index.find(43)->payload == 3);
    CHECK(index.find(44)->payload == 2);
    CHECK(index.find(99)->payload == 1);
}

TEST_CASE("of intervals with one start the greatest payload that reaches answers") {
    const IntervalIndex<int> index({{0, 10, 3}, {0, 20, 1}, {0, 5, 7}});
    CHECK(index.find(4)->payload == 7);
    CHECK(index.find(9)->payload == 3);
    CHECK(index.find(19)->payload == 1);
}

TEST_CASE("an index without intervals, and the last address there is") {
    CHECK(IntervalIndex<int>().find(0) == nullptr);
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    const IntervalIndex<int> index({{5, kMax, 1}});
    CHECK(index.find(kMax - 1)->payload == 1);
    CHECK(index.find(kMax) == nullptr);
}
