// SPDX-License-Identifier: MIT
#include "analyzer/render/moment.h"

#include <limits>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("times are in UTC") {
    CHECK(format_iso_time(0) == "1970-01-01T00:00:00.000000000Z");
    CHECK(format_iso_time(1'700'000'000'123'456'789) == "2023-11-14T22:13:20.123456789Z");
    CHECK(format_time(1'700'000'000'999'999'999) == "2023-11-14 22:13:20 UTC");
}

TEST_CASE("times before 1970 and the ends of the range are no accident") {
    CHECK(format_iso_time(-1) == "1969-12-31T23:59:59.999999999Z");
    CHECK(format_iso_time(std::numeric_limits<std::int64_t>::max()) ==
          "2262-04-11T23:47:16.854775807Z");
    CHECK(format_iso_time(std::numeric_limits<std::int64_t>::min()) ==
          "1677-09-21T00:12:43.145224192Z");
}

TEST_CASE("durations have the unit a person would choose") {
    CHECK(format_duration(0) == "0 µs");
    CHECK(format_duration(45'000) == "45 µs");
    CHECK(format_duration(12'340'000) == "12.3 ms");
    CHECK(format_duration(1'500'000'000) == "1.5 s");
    CHECK(format_duration(123'000'000'000) == "2 min 3 s");
    CHECK(format_duration(14'700'000'000'000) == "4 h 5 min");
}
