// SPDX-License-Identifier: MIT
#include "analyzer/model/estimate.h"

#include <cmath>
#include <limits>

#include "analyzer/model/snapshot.h"
#include "tests/support/catch.h"

namespace tracemalloc::test {

using analyze::estimate;
using analyze::Total;
using analyze::unseen_blocks;

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

/// To nine digits.
bool is_near(double value, double expected) {
    return std::fabs(value - expected) <= 1e-9 * std::fabs(expected);
}

}  // namespace

TEST_CASE("without a rate blocks stand for themselves") {
    const Total total = estimate(100, 3, 0);
    CHECK(total == Total{300, 3});
    CHECK(total.variance == analyze::Variance{});
    CHECK(estimate(kMost / 4, 4, 0).size == kMost / 4 * 4);
}

TEST_CASE("a block as large as the mean stands for 1 / (1 - 1/e)") {
    const double p = 1 - std::exp(-1.0);
    const Total total = estimate(1'000'000, 1000, 1'000'000);
    CHECK(total.count == 1582);
    CHECK(total.size == 1'581'976'707);
    CHECK(is_near(total.variance.count, 1000 * (1 - p) / (p * p)));
    CHECK(is_near(total.variance.size, 1e12 * 1000 * (1 - p) / (p * p)));
}

TEST_CASE("the formulas are those with p, where p is exact enough to say") {
    for (const std::uint64_t size : {1U, 7U, 64U, 1000U, 4096U, 70'000U}) {
        for (const std::uint64_t mean : {1U, 16U, 1000U, 4096U, 65'536U}) {
            const double p = -std::expm1(-static_cast<double>(size) / static_cast<double>(mean));
            const double s = static_cast<double>(size);
            CHECK(is_near(1 + unseen_blocks(size, mean), 1 / p));
            if (p < 0.999) {
                const Total total = estimate(size, 5, mean);
                CHECK(is_near(total.variance.count, 5 * (1 - p) / (p * p)));
                CHECK(is_near(total.variance.size, 5 * s * s * (1 - p) / (p * p)));
            }
        }
    }
}

TEST_CASE("blocks far smaller than the mean stand for about mean bytes each") {
    const Total one = estimate(1, 1, 512 * kMiB);
    CHECK(one.count == 512 * kMiB + 1);  // R + 1/2 and a bit, rounded
    CHECK(one.size == one.count);
    CHECK(is_near(one.variance.count_error(), 512.0 * kMiB + 0.5));
    const Total finest = estimate(1, 1, kMost / 4);
    CHECK(finest.count >= kMost / 4 - 1024);
    CHECK(std::isfinite(finest.variance.size));
}

TEST_CASE("blocks far larger than the mean stand for themselves") {
    const Total large = estimate(64 * kMiB, 7, 4096);
    CHECK(large.size == 7 * 64 * kMiB);
    CHECK(large.count == 7);
    CHECK(large.variance.count >= 0);
    CHECK(large.variance.size < 1);
    const Total huge = estimate(kMost / 2, 1, 1);
    CHECK(huge.size == kMost / 2);
    CHECK(huge.count == 1);
    CHECK(huge.variance.size == 0);
}

TEST_CASE("an empty block counts as one byte, and holds none") {
    const Total empty = estimate(0, 2, 1000);
    CHECK(empty.count == estimate(1, 2, 1000).count);
    CHECK(empty.size == 0);
    CHECK(empty.variance.size == 0);
    CHECK(empty.variance.count > 0);
}

TEST_CASE("a mean of one byte") {
    const double u = 1 / (std::exp(1.0) - 1);
    CHECK(is_near(unseen_blocks(1, 1), u));
    CHECK(estimate(1, 1000, 1).count == 1582);
    CHECK(estimate(40, 1000, 1).count == 1000);
}

TEST_CASE("the parts of a row add up to the row") {
    Total parts;
    for (int i = 0; i < 1000; ++i) {
        parts += estimate(3000, 1, 4096);
    }
    const Total row = estimate(3000, 1000, 4096);
    CHECK(parts.size == row.size);
    CHECK(parts.count == row.count);
    CHECK(is_near(parts.variance.size, row.variance.size));
    parts -= row;
    CHECK(parts.size == 0);
    CHECK(parts.count == 0);
    CHECK(parts.variance.count >= 0);
}

TEST_CASE("a trace knows what it stands for") {
    CHECK(analyze::Trace{0, 0, 16, 3}.total() == Total{48, 3});
    CHECK(analyze::Trace{0, 0, 16, 3, 4096}.total() == estimate(16, 3, 4096));
}

}  // namespace tracemalloc::test
