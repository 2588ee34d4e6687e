// SPDX-License-Identifier: MIT
#include "common/snapshot_trigger.h"

#include "tests/support/catch.h"

namespace tracemalloc::snapshot_trigger {

namespace {

std::uint64_t decimal(std::string_view text, unsigned decimals, std::uint64_t most) {
    std::uint64_t scaled = 0;
    return parse_decimal(text, decimals, most, scaled) ? scaled : 0;
}

Millipercent percent(std::string_view text) {
    Millipercent growth = 0;
    return parse_percent(text, growth) ? growth : 0;
}

}  // namespace

TEST_CASE("decimal numbers are scaled") {
    CHECK(decimal("1", 3, 1'000'000) == 1000);
    CHECK(decimal("1.5", 3, 1'000'000) == 1500);
    CHECK(decimal("0.001", 3, 1'000'000) == 1);
    CHECK(decimal("007.250", 3, 1'000'000) == 7250);
    CHECK(decimal("1000", 3, 1'000'000) == 1'000'000);
    CHECK(decimal("12", 0, 12) == 12);
    for (const char* bad :
         {"", ".", "1.", ".5", "1..5", "1.5.1", "-1", "+1", " 1", "1 ", "0", "0.000", "0.0001",
          "1e3", "0x1", "1,5", "1001", "99999999999999999999999999"}) {
        INFO(bad);
        CHECK(decimal(bad, 3, 1'000'000) == 0);
    }
    CHECK(decimal("18446744073709551616", 0, ~std::uint64_t{0} / 20) == 0);
}

TEST_CASE("percentages may have their sign") {
    CHECK(percent("50") == 50'000);
    CHECK(percent("50%") == 50'000);
    CHECK(percent("0.5%") == 500);
    CHECK(percent("%") == 0);
    CHECK(percent("50%%") == 0);
    CHECK(percent("1000000") == 1'000'000'000);
    CHECK(percent("1000000.001") == 0);
}

TEST_CASE("growth is of live blocks, resident memory or the cgroup") {
    GrowthTrigger trigger;
    CHECK(parse_growth("10", trigger));
    CHECK(trigger.quantity == GrowthTrigger::Quantity::traced);
    CHECK(trigger.growth == 10'000);
    CHECK(parse_growth("rss:10%", trigger));
    CHECK(trigger.quantity == GrowthTrigger::Quantity::resident);
    CHECK(parse_growth("cgroup:2.5", trigger));
    CHECK(trigger.quantity == GrowthTrigger::Quantity::cgroup);
    CHECK(trigger.growth == 2'500);
    CHECK_FALSE(parse_growth("rss: 10", trigger));
    CHECK_FALSE(parse_growth("traced:10", trigger));
}

TEST_CASE("an autosave has a period, and growth if wanted") {
    AutosaveTrigger trigger;
    CHECK(parse_autosave("1.5,20", trigger));
    CHECK(trigger.period_ns == 1'500'000'000);
    CHECK(trigger.resident_growth == 20'000);
    CHECK(parse_autosave("3", trigger));
    CHECK(trigger.period_ns == 3'000'000'000);
    CHECK(trigger.resident_growth == 0);
    CHECK_FALSE(parse_autosave("3,", trigger));
    CHECK_FALSE(parse_autosave(",3", trigger));
}

}  // namespace tracemalloc::snapshot_trigger
