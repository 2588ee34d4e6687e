// SPDX-License-Identifier: MIT
#include "analyzer/render/human_number.h"

#include <limits>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

// The expected texts are what CPython's tracemalloc._format_size prints.
TEST_CASE("sizes read as Python prints them") {
    CHECK(format_size(0) == "0 B");
    CHECK(format_size(1) == "1 B");
    CHECK(format_size(100) == "100 B");
    CHECK(format_size(10239) == "10239 B");
    CHECK(format_size(10240) == "10.0 KiB");
    CHECK(format_size(102399) == "100.0 KiB");
    CHECK(format_size(102400) == "100 KiB");
    CHECK(format_size(10 * 1024 * 1024 - 1) == "10240 KiB");
    CHECK(format_size(10 * 1024 * 1024) == "10.0 MiB");
    CHECK(format_size(std::uint64_t{5} << 40) == "5120 GiB");
    CHECK(format_size(std::numeric_limits<std::uint64_t>::max()) == "16777216 TiB");
}

TEST_CASE("changes of size keep their sign") {
    CHECK(format_size_change(0) == "+0 B");
    CHECK(format_size_change(-1) == "-1 B");
    CHECK(format_size_change(12 * 1024) == "+12.0 KiB");
    CHECK(format_size_change(-1024 * 1024) == "-1024 KiB");
    CHECK(format_size_change(std::numeric_limits<std::int64_t>::min()) == "-8388608 TiB");
}

TEST_CASE("counts are grouped by three") {
    CHECK(format_count(0) == "0");
    CHECK(format_count(999) == "999");
    CHECK(format_count(1000) == "1,000");
    CHECK(format_count(1234567) == "1,234,567");
    CHECK(format_count(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
    CHECK(format_count_change(0) == "+0");
    CHECK(format_count_change(-1234) == "-1,234");
    CHECK(format_count_change(std::numeric_limits<std::int64_t>::min()) ==
          "-9,223,372,036,854,775,808");
}

TEST_CASE("beside a size, in its unit") {
    constexpr std::uint64_t kMiB = 1 << 20;
    CHECK(format_size_beside(9 * kMiB + kMiB / 2, 45 * kMiB) == "9.5 MiB");
    CHECK(format_size_beside(500 * kMiB, 45 * kMiB) == "500 MiB");
    CHECK(format_size_beside(1000, 45 * kMiB) == "1000 B");   // not 0.0 MiB
    CHECK(format_size_beside(20 * kMiB, 300) == "20.0 MiB");  // not 20971520 B
    CHECK(format_size_beside(700, 512) == "700 B");
    CHECK(format_size_beside(0, 45 * kMiB) == "0 B");
    CHECK(format_size_beside(3000, 20 * 1024) == "2.9 KiB");
}

TEST_CASE("a share of nothing is no number") {
    CHECK(format_share(1, 3) == "33.3%");
    CHECK(format_share(0, 3) == "0.0%");
    CHECK(format_share(6, 3) == "200.0%");
    CHECK(format_share(0, 0) == "-");
}

TEST_CASE("one is singular") {
    CHECK(format_quantity(0, "block", "blocks") == "0 blocks");
    CHECK(format_quantity(1, "block", "blocks") == "1 block");
    CHECK(format_quantity(2000, "block", "blocks") == "2,000 blocks");
}
