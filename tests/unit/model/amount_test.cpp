// SPDX-License-Identifier: MIT
#include "analyzer/model/amount.h"

#include <limits>

#include "tests/support/catch.h"

namespace tracemalloc::test {

using analyze::Amount;
using analyze::CarriedRounding;

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number(const Amount& amount) {
    return amount;
}

}  // namespace

TEST_CASE("an exact number loses nothing") {
    for (const std::uint64_t exact : {std::uint64_t{0}, std::uint64_t{1}, kMost / 2, kMost}) {
        CHECK(number(Amount{exact}) == exact);
    }
    Amount sum{kMost - 3};
    sum += Amount{3};
    CHECK(number(sum) == kMost);
}

TEST_CASE("read, it is the nearest whole number") {
    CHECK(number(Amount::of(0.4999)) == 0);
    CHECK(number(Amount::of(0.5)) == 1);
    CHECK(number(Amount::of(7.5)) == 8);
    CHECK(number(Amount::of(1e15 + 0.25)) == 1'000'000'000'000'000);
}

TEST_CASE("what is no amount is the nearest end") {
    CHECK(number(Amount::of(-1)) == 0);
    CHECK(number(Amount::of(std::numeric_limits<double>::quiet_NaN())) == 0);
    CHECK(number(Amount::of(1e30)) == kMost);
    CHECK(number(Amount::of(std::numeric_limits<double>::infinity())) == kMost);
}

TEST_CASE("a sum keeps its fraction") {
    Amount sum;
    for (int i = 0; i < 1000; ++i) {
        sum += Amount::of(1.582);
    }
    CHECK(number(sum) == 1582);
    for (int i = 0; i < 999; ++i) {
        sum -= Amount::of(1.582);
    }
    CHECK(number(sum) == 2);
    sum -= Amount::of(1.582);
    CHECK(number(sum) == 0);
}

TEST_CASE("the order of adding changes nothing") {
    const Amount small = Amount::of(1e-6);
    const Amount large = Amount::of(1e18 + 0.5);
    Amount up;
    up += small;
    up += large;
    Amount down = large;
    down += small;
    down -= large;
    up -= large;
    up -= small;
    down -= small;
    CHECK(number(up) == 0);
    CHECK(number(down) == 0);
}

TEST_CASE("a difference below zero is that of unsigned numbers") {
    Amount less = Amount::of(1.25);
    less -= Amount::of(4);
    CHECK(static_cast<std::int64_t>(number(less)) == -3);
    less += Amount::of(2.75);
    CHECK(number(less) == 0);
}

TEST_CASE("many that are added up after rounding add up to the rounded sum") {
    CarriedRounding rounded;
    std::uint64_t sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t one = rounded(Amount::of(1.58));
        CHECK((one == 1 || one == 2));
        sum += one;
    }
    CHECK(sum == 15'800);
    CarriedRounding exact;
    CHECK(exact(Amount{7}) == 7);
    CHECK(exact(Amount{}) == 0);
    CHECK(exact(Amount{kMost}) == kMost);
}

}  // namespace tracemalloc::test
