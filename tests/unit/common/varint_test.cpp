// SPDX-License-Identifier: MIT
#include "common/varint.h"

#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc {

namespace {

/// The number and how many bytes it took; no bytes: refused.
std::pair<std::uint64_t, std::size_t> read(const std::vector<unsigned char>& bytes) {
    std::uint64_t value = 0;
    const auto* end = get_varint(bytes.data(), bytes.data() + bytes.size(), value);
    return {value, end == nullptr ? 0 : static_cast<std::size_t>(end - bytes.data())};
}

}  // namespace

TEST_CASE("a number survives writing and reading") {
    for (unsigned shift = 0; shift < 64; ++shift) {
        for (const std::uint64_t value :
             {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) - 1,
              ~std::uint64_t{0} >> shift}) {
            unsigned char room[kMaxVarintBytes];
            const unsigned char* const end = put_varint(room, value);
            const std::vector<unsigned char> bytes(static_cast<const unsigned char*>(room), end);
            CHECK(read(bytes) == std::pair(value, bytes.size()));
        }
    }
}

TEST_CASE("a number that is cut off is refused") {
    CHECK(read({}).second == 0);
    CHECK(read({0x80}).second == 0);
    CHECK(read({0xff, 0xff, 0xff}).second == 0);
}

TEST_CASE("a number of more than 64 bits is refused") {
    CHECK(read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}).first ==
          ~std::uint64_t{0});
    CHECK(read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}).second == 0);
    CHECK(read({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}).second == 0);
}

}  // namespace tracemalloc
