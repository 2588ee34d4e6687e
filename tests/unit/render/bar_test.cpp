// SPDX-License-Identifier: MIT
#include "analyzer/render/bar.h"

#include <numeric>

#include "analyzer/render/terminal_text.h"
#include "tests/support/catch.h"

namespace tracemalloc::analyze {

TEST_CASE("a share bar is as wide as asked, and never empty for what is there") {
    CHECK(share_bar(1, 2, 10) == "█████     ");
    CHECK(share_bar(1, 1, 4) == "████");
    CHECK(share_bar(0, 5, 4) == "    ");
    CHECK(share_bar(1, 1'000'000, 4) == "▏   ");
    CHECK(share_bar(3, 0, 3) == "   ");
    CHECK(share_bar(9, 16, 4) == "██▎ ");
}

TEST_CASE("a level is one of nine") {
    CHECK(level_mark(0, 10) == " ");
    CHECK(level_mark(1, 1000) == "▁");
    CHECK(level_mark(500, 1000) == "▄");
    CHECK(level_mark(1000, 1000) == "█");
}

TEST_CASE("columns of a divided bar add up, and small parts keep one") {
    const auto width = GENERATE(std::size_t{5}, std::size_t{40}, std::size_t{180});
    const std::vector<std::uint64_t> parts = {1, 1'000'000, 500'000, 3, 0};
    const auto columns = divide_columns(parts, width);
    CHECK(std::accumulate(columns.begin(), columns.end(), std::size_t{0}) == width);
    CHECK(columns[0] >= 1);
    CHECK(columns[3] >= 1);
    CHECK(columns[4] == 0);
    CHECK(columns[1] >= columns[2]);
}

TEST_CASE("nothing to divide") {
    CHECK(divide_columns({}, 10).empty());
    const std::vector<std::uint64_t> none = {0, 0};
    CHECK(divide_columns(none, 10) == std::vector<std::size_t>{0, 0});
}

}  // namespace tracemalloc::analyze
