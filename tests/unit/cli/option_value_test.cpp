// SPDX-License-Identifier: MIT
#include "analyzer/cli/option_value.h"

#include "analyzer/errors.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("a number is digits within its range") {
    CHECK(parse_number("--n", "0", {0, 9}) == 0);
    CHECK(parse_number("--n", "007", {0, 9}) == 7);
    for (const char* text :
         {"", "+1", "-1", " 1", "1 ", "1.0", "0x1", "10", "99999999999999999999"}) {
        CHECK_THROWS_AS(parse_number("--n", text, {0, 9}), UsageError);
    }
    CHECK_THROWS_WITH(parse_number("--n", "x", {1, 9}),
                      "--n: 'x' is not a whole number from 1 to 9");
}

TEST_CASE("a domain is a number or the name of what the program mapped") {
    CHECK(parse_domain("--domain", "0") == 0);
    CHECK(parse_domain("--domain", "4294967295") == 0xffff'ffff);
    CHECK(parse_domain("--domain", "mmap") == 0xffff'ffff);
    CHECK_THROWS_AS(parse_domain("--domain", "4294967296"), UsageError);
    CHECK_THROWS_WITH(parse_domain("--domain", "heap"),
                      "--domain: 'heap' is not mmap or a whole number from 0 to 4294967295");
}

TEST_CASE("seconds may have decimals") {
    CHECK(parse_seconds("--t", "0.5", 10) == 0.5);
    CHECK(parse_seconds("--t", "10", 10) == 10);
    for (const char* text : {"", "0", "-1", "10.1", "nan", "inf", "1s", "1e9"}) {
        CHECK_THROWS_AS(parse_seconds("--t", text, 10), UsageError);
    }
}

TEST_CASE("only trailing digits are the line of a filter") {
    const auto check = [](const std::string& text, const std::string& pattern,
                          std::optional<std::uint32_t> line) {
        const Filter filter = parse_filter("--include", text, true);
        CHECK(filter.filename_pattern == pattern);
        CHECK(filter.lineno == line);
        CHECK(filter.inclusive);
    };
    check("a.c", "a.c", std::nullopt);
    check("a.c:12", "a.c", 12);
    check("a:b:12", "a:b", 12);
    check("a.c:", "a.c:", std::nullopt);
    check("a.c:x1", "a.c:x1", std::nullopt);
    check("c:/x/*.c", "c:/x/*.c", std::nullopt);
    check("a.c:4294967295", "a.c", 4294967295U);
    CHECK_FALSE(parse_filter("--exclude", "a.c", false).inclusive);
    for (const char* text : {"", ":1", "a.c:4294967296"}) {
        CHECK_THROWS_AS(parse_filter("--include", text, true), UsageError);
    }
}

TEST_CASE("a filter may end with a domain, behind the line") {
    const Filter both = parse_filter("--include", "a.c:12@7", true);
    CHECK(both.filename_pattern == "a.c");
    CHECK(both.lineno == 12);
    CHECK(both.domain == 7);
    const Filter domain = parse_filter("--include", "*@4294967295", true);
    CHECK(domain.filename_pattern == "*");
    CHECK_FALSE(domain.lineno);
    CHECK(domain.domain == 4294967295U);
    CHECK(parse_filter("--include", "a@7:12", true).filename_pattern == "a@7");
    CHECK_FALSE(parse_filter("--include", "a@[7]", true).domain);
    CHECK_FALSE(parse_filter("--include", "a@x", true).domain);
    for (const char* text : {"@7", ":1@7", "a.c@4294967296"}) {
        CHECK_THROWS_AS(parse_filter("--include", text, true), UsageError);
    }
}

TEST_CASE("a number of frames counts from either end") {
    CHECK(parse_frame_limit("--n", "3") == 3);
    CHECK(parse_frame_limit("--n", "-3") == -3);
    CHECK(parse_frame_limit("--n", "-2147483647") == -2147483647);
    for (const char* text :
         {"", "-", "0", "-0", "--1", "+1", "1x", "2147483648", "-99999999999999999999"}) {
        CHECK_THROWS_AS(parse_frame_limit("--n", text), UsageError);
    }
}

TEST_CASE("a path map is parted at its first equals sign") {
    CHECK(parse_path_map("/a=/b=c") == std::make_pair(std::string("/a"), std::string("/b=c")));
    CHECK(parse_path_map("/a=") == std::make_pair(std::string("/a"), std::string()));
    CHECK_THROWS_AS(parse_path_map("=/b"), UsageError);
    CHECK_THROWS_AS(parse_path_map("/a"), UsageError);
}

TEST_CASE("a word that is no choice names the choices") {
    CHECK(parse_group_by("traceback") == GroupBy::traceback);
    CHECK_THROWS_WITH(parse_format("yaml"), "--format: 'yaml' is not one of text, json, csv");
    CHECK_THROWS_AS(parse_group_by("Lineno"), UsageError);
}

TEST_CASE("addresses are hexadecimal with 0x, else decimal") {
    CHECK(parse_address("0x7f30A0") == 0x7f30a0);
    CHECK(parse_address("42") == 42);
    CHECK(parse_address("0xffffffffffffffff") == ~std::uint64_t{0});
    for (const char* text : {"", "0x", "7f", "0x1g", "-1", "0x-1", " 1", "0x10000000000000000"}) {
        CHECK_THROWS_AS(parse_address(text), UsageError);
    }
}
