// SPDX-License-Identifier: MIT
#include "analyzer/query/gate.h"

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

Comparison comparison() {
    Comparison result;
    result.old_total = {1000, 10};
    result.new_total = {1100, 12};
    result.rows = {{{FrameId{0}}, 100, 1, -300, -3},
                   {{FrameId{1}}, 500, 5, 250, 2},
                   {{FrameId{2}}, 150, 1, 150, 1},
                   {{FrameId{3}}, 350, 5, 0, 2}};
    return result;
}

GateLimit bytes(std::uint64_t amount) {
    GateLimit limit;
    limit.amount = amount;
    return limit;
}

GateLimit percent(double share) {
    GateLimit limit;
    limit.is_percent = true;
    limit.percent = share;
    return limit;
}

}  // namespace

TEST_CASE("the total may grow by the limit and no more") {
    CHECK(check_growth(comparison(), bytes(100)).passed);
    const GateCheck check = check_growth(comparison(), bytes(99));
    CHECK_FALSE(check.passed);
    CHECK(check.found == 100);
    REQUIRE(check.rows.size() == 2);  // those that grew, the largest first
    CHECK(check.rows[0].size_diff == 250);
    CHECK(check_growth(comparison(), percent(10)).passed);
    CHECK_FALSE(check_growth(comparison(), percent(9.9)).passed);
}

TEST_CASE("a total that shrank passes, and an empty heap may not grow by any percentage") {
    Comparison shrunk;
    shrunk.old_total = {10, 1};
    CHECK(check_growth(shrunk, bytes(0)).passed);
    CHECK(check_growth(shrunk, percent(0)).passed);
    Comparison born;
    born.new_total = {1, 1};
    CHECK_FALSE(check_growth(born, percent(1000)).passed);
}

TEST_CASE("each row by itself") {
    CHECK(check_row_growth(comparison(), bytes(250)).passed);
    const GateCheck one = check_row_growth(comparison(), bytes(200));
    CHECK(one.found == 1);
    CHECK(check_row_growth(comparison(), bytes(0)).rows.size() == 2);
    // 250 → 500 is 100 %; the new row is beyond every percentage.
    CHECK(check_row_growth(comparison(), percent(100)).rows.size() == 1);
    CHECK(check_row_growth(comparison(), percent(99)).rows.size() == 2);
}

TEST_CASE("live amounts") {
    Statistics live;
    live.total = {300, 30};
    live.rows = {{{FrameId{0}}, 200, 10}, {{FrameId{1}}, 100, 20}};
    CHECK(check_amount(GateKind::live_size, live, bytes(300)).passed);
    const GateCheck size = check_amount(GateKind::leak_size, live, bytes(299));
    CHECK_FALSE(size.passed);
    CHECK(size.rows[0].size == 200);
    const GateCheck blocks = check_amount(GateKind::live_blocks, live, bytes(29));
    CHECK(blocks.found == 30);
    CHECK(blocks.rows[0].count == 20);
}

TEST_CASE("an estimate fails only when it is above the limit by two standard errors") {
    Comparison grown;
    grown.old_total = {1000, 10};
    grown.new_total = {1100, 12};
    grown.diff_variance = {25 * 25, 1};
    CHECK_FALSE(check_growth(grown, bytes(50)).passed);  // 50 above, and 2 × 25
    const GateCheck close = check_growth(grown, bytes(51));
    CHECK(close.passed);
    CHECK(close.in_doubt);
    CHECK(close.error == 25);
    const GateCheck below = check_growth(grown, bytes(100));
    CHECK(below.passed);
    CHECK_FALSE(below.in_doubt);
}

TEST_CASE("a percentage of an estimate is an estimate too") {
    // NEW − 1.05 OLD = 50, of independent snapshots: its variance is 400 + 1.05² × 400.
    Comparison apart;
    apart.old_total = {1000, 10, {400, 1}};
    apart.new_total = {1100, 12, {400, 1}};
    apart.diff_variance = {800, 2};
    CHECK(check_growth(apart, percent(5)).passed);
    CHECK(check_growth(apart, percent(5)).in_doubt);
    // Of the same blocks in both, 1.05 times themselves is all that is left: 0.05² × 400 = 1.
    Comparison together = apart;
    together.diff_variance = {0, 0};
    CHECK_FALSE(check_growth(together, percent(5)).passed);
    CHECK(check_growth(together, percent(9.9)).passed);  // 1 above, ± 2 × 0.099 × 20
    CHECK(check_growth(together, percent(9.9)).in_doubt);
}

TEST_CASE("rows and amounts by the same rule") {
    Comparison rows;
    rows.rows = {{{FrameId{0}}, 500, 5, 300, 3, {}, {}, {100 * 100, 1}},
                 {{FrameId{1}}, 500, 5, 300, 3, {}, {}, {200 * 200, 1}}};
    const GateCheck one = check_row_growth(rows, bytes(100));
    CHECK(one.found == 1);
    CHECK_FALSE(one.passed);
    const GateCheck none = check_row_growth(rows, bytes(150));
    CHECK(none.passed);
    CHECK(none.in_doubt);
    Statistics live;
    live.total = {1000, 100, {50 * 50, 5 * 5}};
    live.rows = {{{FrameId{0}}, 1000, 100, {50 * 50, 5 * 5}}};
    CHECK_FALSE(check_amount(GateKind::live_size, live, bytes(900)).passed);
    CHECK(check_amount(GateKind::live_size, live, bytes(901)).in_doubt);
    CHECK_FALSE(check_amount(GateKind::live_blocks, live, bytes(90)).passed);
    CHECK(check_amount(GateKind::live_blocks, live, bytes(91)).passed);
    CHECK(check_amount(GateKind::live_blocks, live, bytes(90)).error == 5);
}
