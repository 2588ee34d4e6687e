// SPDX-License-Identifier: MIT
#include "preload/store/growing_array.h"

#include <cstdint>
#include <numeric>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("an array that became another one has that one's entries") {
    GrowingArray<std::uint64_t> array;
    CHECK(array.capacity() == 0);
    CHECK(array.begin() == array.end());
    const std::uint64_t before = pages::mapped_bytes();

    const auto few = GrowingArray<std::uint64_t>::map(512);
    REQUIRE(few.capacity() == 512);
    CHECK(std::accumulate(few.begin(), few.end(), std::uint64_t{0}) == 0);
    few.at(3) = 7;
    array.become(few);
    CHECK(array.at(512 + 3) == 7);

    const auto more = GrowingArray<std::uint64_t>::map(1024);
    more.at(1023) = 9;
    array.become(more);
    CHECK(array.capacity() == 1024);
    CHECK(std::accumulate(array.begin(), array.end(), std::uint64_t{0}) == 9);
    CHECK(pages::mapped_bytes() == before + 1024 * 8);

    array.become({});
    CHECK(array.capacity() == 0);
    CHECK(pages::mapped_bytes() == before);
}

TEST_CASE("an array for which there is no memory has no entries") {
    constexpr std::size_t kTooMany = std::size_t{1} << 58;
    CHECK(GrowingArray<std::uint64_t>::map(kTooMany).capacity() == 0);
}

}  // namespace tracemalloc::preload
