// SPDX-License-Identifier: MIT
#include "analyzer/query/size_classes.h"

#include <limits>

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

TEST_CASE("size classes reach from the smallest to the largest block without a gap") {
    Snapshot snapshot;
    snapshot.traces = {{0, 0, 16, 3}, {0, 0, 31, 1}, {0, 0, 128, 2}};
    const auto classes = size_classes(snapshot);
    REQUIRE(classes.size() == 4);
    CHECK(classes[0].least == 16);
    CHECK(classes[0].most == 31);
    CHECK(classes[0].total == Total{79, 4});
    CHECK(classes[1].total == Total{});
    CHECK(classes[2].total == Total{});
    CHECK(classes[3].least == 128);
    CHECK(classes[3].total == Total{256, 2});
}

TEST_CASE("the smallest and the largest size have a class") {
    Snapshot snapshot;
    const std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    snapshot.traces = {{0, 0, 0, 5}, {0, 0, largest, 1}};
    const auto classes = size_classes(snapshot);
    REQUIRE(classes.size() == 65);
    CHECK(classes.front().most == 0);
    CHECK(classes.front().total == Total{0, 5});
    CHECK(classes[1].least == 1);
    CHECK(classes.back().most == largest);
}

TEST_CASE("no blocks, no classes") {
    CHECK(size_classes(Snapshot()).empty());
}

}  // namespace tracemalloc::analyze
