// SPDX-License-Identifier: MIT
#include "preload/sampling/exponential.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("the logarithm is libm's over the whole range of uniform numbers") {
    for (double value = 1; value >= 0x1p-53; value *= 0.987) {
        const double truth = std::log(value);
        CHECK(std::abs(exponential::log(value) - truth) <= 1e-12 * std::abs(truth) + 1e-15);
    }
    CHECK(exponential::log(1) == 0);
}

TEST_CASE("1 - e^-x keeps its precision at both ends") {
    CHECK(exponential::one_minus_exp(0) == 0);
    for (double x = 1e-12; x < 45; x *= 1.07) {
        const double truth = -std::expm1(-x);
        CHECK(std::abs(exponential::one_minus_exp(x) - truth) <= 1e-12 * truth);
    }
    CHECK(exponential::one_minus_exp(1e9) == 1);
}

TEST_CASE("a gap is at least one byte and at most 45 means") {
    constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();
    CHECK(exponential::gap(kAll, 1000) == 1);
    CHECK(exponential::gap(0, 1000) == 36737);  // 53 ln 2 means, rounded up
    CHECK(exponential::gap(0, std::uint64_t{1} << 40) < std::uint64_t{45} << 40);
}

TEST_CASE("a block stands for its size over the probability that it is recorded") {
    CHECK(exponential::estimate(0, 4096) == 0);
    CHECK(exponential::estimate(1, 1) == 2);  // 1 / (1 - 1/e) = 1.58
    CHECK(exponential::estimate(100, 4096) == 4146);
    CHECK(exponential::estimate(std::uint64_t{1} << 30, 4096) == std::uint64_t{1} << 30);
}

}  // namespace tracemalloc::preload
