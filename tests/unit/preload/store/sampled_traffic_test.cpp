// SPDX-License-Identifier: MIT
#include "preload/store/sampled_traffic.h"

#include <array>
#include <map>
#include <utility>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

using Rows = std::map<std::pair<std::uint32_t, std::uint64_t>, std::array<std::uint64_t, 2>>;

Rows rows_of(const SampledTraffic& traffic) {
    Rows rows;
    traffic.for_each([&](const SampledTraffic::Samples& samples) {
        rows[{static_cast<std::uint32_t>(samples.stack), samples.size}] = {samples.count,
                                                                           samples.temporary_count};
    });
    return rows;
}

}  // namespace

TEST_CASE("samples are counted by stack and size") {
    SampledTraffic traffic;
    CHECK(rows_of(traffic).empty());
    for (const std::uint64_t size : {10U, 0U, 10U}) {
        CHECK(traffic.on_allocate(StackId{7}, size));
    }
    CHECK(traffic.on_allocate(StackId{8}, 10));
    traffic.on_free_of_temporary(StackId{7}, 10);
    CHECK(rows_of(traffic) == Rows{{{7, 0}, {1, 0}}, {{7, 10}, {2, 1}}, {{8, 10}, {1, 0}}});
    traffic.clear();
    CHECK(rows_of(traffic).empty());
    traffic.on_free_of_temporary(StackId{7}, 10);  // of before
    CHECK(rows_of(traffic).empty());
    CHECK(traffic.on_allocate(StackId{7}, 10));
    CHECK(rows_of(traffic) == Rows{{{7, 10}, {1, 0}}});
}

TEST_CASE("a sample that was none is taken back") {
    SampledTraffic traffic;
    CHECK(traffic.on_allocate(StackId{1}, 64));
    CHECK(traffic.on_allocate(StackId{1}, 64));
    traffic.take_back(StackId{1}, 64);
    traffic.take_back(StackId{1}, 65);
    CHECK(rows_of(traffic) == Rows{{{1, 64}, {1, 0}}});
    traffic.take_back(StackId{1}, 64);
    CHECK(rows_of(traffic).empty());
}

TEST_CASE("more pairs than the first table holds") {
    SampledTraffic traffic;
    Rows expected;
    for (std::uint32_t number = 0; number < 20'000; ++number) {
        const std::uint32_t stack = 1 + number % 37;
        const std::uint64_t size = std::uint64_t{number / 37} << (number % 5 * 8);
        CHECK(traffic.on_allocate(StackId{stack}, size));
        ++expected[{stack, size}][0];
    }
    CHECK(rows_of(traffic) == expected);
    CHECK(traffic.size() == expected.size());
}

}  // namespace tracemalloc::preload
