// SPDX-License-Identifier: MIT
#include "preload/platform/text_buffer.h"

#include <string>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("a text buffer holds text and numbers and ends with a zero") {
    TextBuffer<64> buffer;
    CHECK(std::string(buffer.c_str()).empty());
    buffer << "n=" << std::uint64_t{0} << std::string_view(";") << ~std::uint64_t{0};
    CHECK(buffer.view() == "n=0;18446744073709551615");
    CHECK(std::string(buffer.c_str()) == buffer.view());
    CHECK_FALSE(buffer.is_cut());
}

TEST_CASE("a full text buffer cuts and says so") {
    TextBuffer<5> buffer;
    buffer << "abcd";
    CHECK_FALSE(buffer.is_cut());
    buffer << "";
    CHECK_FALSE(buffer.is_cut());
    buffer << "e";
    CHECK(buffer.is_cut());
    CHECK(buffer.view() == "abcd");
    CHECK(buffer.c_str()[4] == '\0');

    buffer.clear();
    CHECK_FALSE(buffer.is_cut());
    buffer << std::uint64_t{1234567};
    CHECK(buffer.view() == "1234");
    CHECK(buffer.is_cut());
}

TEST_CASE("a text buffer keeps zeros inside a text") {
    TextBuffer<8> buffer;
    buffer << std::string_view("a\0b", 3);
    CHECK(buffer.view() == std::string_view("a\0b", 3));
}

}  // namespace tracemalloc::preload
