// SPDX-License-Identifier: MIT
#include "analyzer/query/growth.h"

#include <initializer_list>
#include <random>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

using Series = std::vector<std::uint64_t>;

/// One row for each series of sizes; the row's number is its only frame.
Growth growth_of(const std::vector<Series>& rows, const std::vector<Statistics>& survivors = {}) {
    std::vector<Statistics> series(rows.front().size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t at = 0; at < rows[row].size(); ++at) {
            if (rows[row][at] > 0) {
                series[at].rows.push_back(
                    {{static_cast<FrameId>(row)}, rows[row][at], rows[row][at] / 10});
            }
        }
    }
    return find_growth(series, survivors);
}

std::size_t first_of(const Growth& growth) {
    return static_cast<std::size_t>(growth.rows.front().traceback.front());
}

}  // namespace

TEST_CASE("a straight line has its slope and no doubt") {
    const Growth growth = growth_of({{10, 20, 30, 40}});
    REQUIRE(growth.rows.size() == 1);
    CHECK(growth.rows[0].slope == Approx(10));
    CHECK(growth.rows[0].low == Approx(10));
    CHECK(growth.rows[0].high == Approx(10));
    CHECK(growth.rows[0].steps_grown == 3);
    CHECK(growth.rows[0].evidence == Evidence::steady);
}

TEST_CASE("the interval is that of the textbook") {
    // By hand: x = 1 … 5, y = 2 4 5 4 5: b = 0.6, residuals 2.4, e = sqrt(2.4/3/10) = 0.2828,
    // t(0.975, 3) = 3.182.
    const Growth growth = growth_of({{2, 4, 5, 4, 5}});
    REQUIRE(growth.rows.size() == 1);
    CHECK(growth.rows[0].slope == Approx(0.6));
    CHECK(growth.rows[0].low == Approx(0.6 - 3.182 * 0.282843).epsilon(1e-4));
    CHECK(growth.rows[0].high == Approx(0.6 + 3.182 * 0.282843).epsilon(1e-4));
    CHECK(growth.rows[0].evidence == Evidence::uneven);
}

TEST_CASE("births tell a slow leak under noise from a cache that filled") {
    const std::vector<Series> sizes = {{0, 900, 800, 1000}, {500, 400, 700, 530}, {10, 9, 30, 20}};
    const auto born = [](std::size_t row, std::uint64_t size) {
        return Statistic{{static_cast<FrameId>(row)}, size, size / 10};
    };
    // Row 0 is the cache; 1 leaks 10 a step at least, 2 loses all of its second step.
    const std::vector<Statistics> survivors = {{{born(0, 900), born(1, 10), born(2, 10)}, {}},
                                               {{born(1, 20)}, {}},
                                               {{born(0, 100), born(1, 50), born(2, 10)}, {}}};
    CHECK(first_of(growth_of(sizes)) == 0);
    const Growth growth = growth_of(sizes, survivors);
    CHECK(growth.has_births);
    REQUIRE(growth.rows.size() == 3);
    CHECK(first_of(growth) == 1);
    CHECK(growth.rows[0].evidence == Evidence::kept);
    CHECK(growth.rows[0].kept() == Total{30, 3});
    CHECK(growth.rows[1].evidence == Evidence::uneven);
    CHECK(growth.rows[1].kept() == Total{900, 90});
}

TEST_CASE("what grew in every step stands above what births alone tell") {
    const std::vector<Statistics> survivors = {{{{{static_cast<FrameId>(0)}, 90, 9}}, {}},
                                               {{{{static_cast<FrameId>(0)}, 90, 9}}, {}}};
    CHECK(first_of(growth_of({{500, 400, 900}, {10, 20, 30}}, survivors)) == 1);
}

TEST_CASE("a table that is replaced by a larger one is no steady leak, however even its growth") {
    // Row 0 grew twice by the same amount; all of it was born in the last step.
    const auto born = [](std::size_t row, std::uint64_t size) {
        return Statistic{{static_cast<FrameId>(row)}, size, 1};
    };
    const std::vector<Statistics> survivors = {{{born(1, 10)}, {}},
                                               {{born(0, 900), born(1, 10)}, {}}};
    const Growth growth = growth_of({{100, 500, 900}, {10, 20, 30}}, survivors);
    REQUIRE(growth.rows.size() == 2);
    CHECK(first_of(growth) == 1);
    CHECK(growth.rows[0].evidence == Evidence::steady);
    CHECK(growth.rows[1].evidence == Evidence::growing);
    // Where births are not known, the sizes are all there is.
    CHECK(first_of(growth_of({{100, 500, 900}, {10, 20, 30}})) == 0);
}

TEST_CASE("a cache that fills and stops ranks below a slow leak") {
    CHECK(first_of(growth_of({{0, 1'000'000, 1'000'000}, {100, 110, 120}})) == 1);
    CHECK(first_of(growth_of({{0, 900'000, 1'000'000, 1'000'000}, {100, 110, 121, 130}})) == 1);
    // While it fills it is larger, but uneven: still below what is steady.
    CHECK(first_of(growth_of({{0, 900'000, 1'000'000}, {100, 110, 120}})) == 1);
}

TEST_CASE("of two steady rows the one that surely grows more comes first") {
    CHECK(first_of(growth_of({{100, 110, 120}, {1000, 1100, 1200}})) == 1);
}

TEST_CASE("noise that goes up and down ranks below a leak") {
    std::mt19937 random(3);
    std::vector<Series> rows{{16, 32, 48, 64, 80, 96}};
    for (int row = 0; row < 200; ++row) {
        Series noise;
        for (int at = 0; at < 6; ++at) {
            noise.push_back(100'000 + random() % 100'000);
        }
        rows.push_back(noise);
    }
    const Growth growth = growth_of(rows);
    CHECK(first_of(growth) == 0);
    CHECK(growth.others > 50);
    CHECK(growth.rows.size() + growth.others == 201);
}

TEST_CASE("what did not grow is counted, not ranked") {
    const Growth growth = growth_of({{10, 20, 10}, {30, 20, 10}, {5, 5, 5}, {1, 2, 3}});
    CHECK(growth.rows.size() == 1);
    CHECK(growth.others == 3);
}

TEST_CASE("two snapshots give no interval and no certainty") {
    const Growth growth = growth_of({{10, 20}, {10, 90}});
    REQUIRE(growth.rows.size() == 2);
    CHECK(first_of(growth) == 1);
    CHECK_FALSE(growth.rows[0].has_interval);
    CHECK(growth.rows[0].evidence == Evidence::growing);
}

TEST_CASE("a row that is new, or gone in between, has zeros there") {
    const Growth growth = growth_of({{0, 0, 40}, {10, 0, 40}});
    REQUIRE(growth.rows.size() == 2);
    for (const GrowthRow& row : growth.rows) {
        CHECK(row.totals.size() == 3);
        CHECK(row.totals[1].size == 0);
        CHECK(row.evidence == Evidence::uneven);
    }
}
