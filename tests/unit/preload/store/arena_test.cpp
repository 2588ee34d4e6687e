// SPDX-License-Identifier: MIT
#include "preload/store/arena.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("pieces of an arena are aligned, zero, apart and stay as they were written") {
    Arena arena;
    struct Piece {
        unsigned char* at;
        std::size_t bytes;
        unsigned char mark;
    };
    std::vector<Piece> pieces;
    bool is_sound = true;
    for (std::size_t count = 0; count < 3000; ++count) {
        const std::size_t bytes = count % 500 == 499 ? 2'000'000 : 1 + count * 7 % 400;
        auto* const at = static_cast<unsigned char*>(arena.allocate(bytes));
        REQUIRE(at != nullptr);
        is_sound = is_sound && reinterpret_cast<std::uintptr_t>(at) % 8 == 0;
        for (std::size_t byte = 0; byte < bytes; byte += 97) {
            is_sound = is_sound && at[byte] == 0;
        }
        const auto mark = static_cast<unsigned char>(count);
        std::memset(at, mark, bytes);
        pieces.push_back({at, bytes, mark});
    }
    for (const Piece& piece : pieces) {
        for (std::size_t byte = 0; byte < piece.bytes; byte += 31) {
            is_sound = is_sound && piece.at[byte] == piece.mark;
        }
    }
    CHECK(is_sound);
}

TEST_CASE("an arena that is refused memory says so and goes on") {
    Arena arena;
    CHECK(arena.allocate(std::size_t{1} << 60) == nullptr);
    CHECK(arena.allocate(100) != nullptr);
}

}  // namespace tracemalloc::preload
