// SPDX-License-Identifier: MIT
#include "common/crc32.h"

#include <string>

#include "tests/support/catch.h"

namespace tracemalloc {

TEST_CASE("crc32 is the checksum of zlib") {
    CHECK(crc32("", 0) == 0);
    CHECK(crc32("123456789", 9) == 0xcbf43926);
    CHECK(crc32("a", 1) == 0xe8b7be43);
    const std::string zeros(1000, '\0');
    CHECK(crc32(zeros.data(), zeros.size()) == 0x060b1780);
}

TEST_CASE("crc32 of a whole is that of its parts in turn, at any cut and alignment") {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += static_cast<char>(i * 37);
    }
    const std::uint32_t whole = crc32(text.data(), text.size());
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::uint32_t first = crc32(text.data(), cut);
        CHECK(crc32(text.data() + cut, text.size() - cut, first) == whole);
    }
}

}  // namespace tracemalloc
