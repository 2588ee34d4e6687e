// SPDX-License-Identifier: MIT
#include "preload/capture/entry_room.h"

#include <set>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

constexpr std::size_t kStart = 64;
constexpr std::size_t kMost = EntryRoom::largest_for(1000);

struct Room {
    alignas(16) std::byte memory[kStart + 4 * kMost];
    EntryRoom room;
    Room() { room.prepare(memory, kStart, sizeof memory, kMost); }
};

}  // namespace

TEST_CASE("a place has the bytes that were asked for, and few more") {
    const Room it;
    CHECK(kMost >= 1000);
    CHECK(it.room.bytes_of(EntryRoom::kSizes - 1) == kMost);
    CHECK(it.room.size_for(kMost) == EntryRoom::kSizes - 1);
    for (std::size_t bytes = 1; bytes <= 1000; ++bytes) {
        const unsigned size = it.room.size_for(bytes);
        REQUIRE(size < EntryRoom::kSizes);
        REQUIRE(it.room.bytes_of(size) >= bytes);
        REQUIRE(it.room.bytes_of(size) < bytes + 96);
    }
}

TEST_CASE("a place that was left is taken by the next of its size") {
    Room it;
    const EntryRoom::Place small = it.room.take(0);
    const EntryRoom::Place large = it.room.take(EntryRoom::kSizes - 1);
    CHECK(small == kStart);
    CHECK(large == kStart + it.room.bytes_of(0));
    it.room.leave(small, 0);
    it.room.leave(large, EntryRoom::kSizes - 1);
    const std::size_t used = it.room.used();
    CHECK(it.room.take(EntryRoom::kSizes - 1) == large);
    CHECK(it.room.take(0) == small);
    CHECK(it.room.used() == used);
}

TEST_CASE("there is room for as many of the largest as were asked for") {
    Room it;
    for (int number = 0; number < 4; ++number) {
        CHECK(it.room.take(EntryRoom::kSizes - 1) != 0);
    }
    CHECK(it.room.take(0) == 0);
}

TEST_CASE("there is nothing left until all is given up") {
    Room it;
    std::set<EntryRoom::Place> places;
    for (EntryRoom::Place place = it.room.take(3); place != 0; place = it.room.take(3)) {
        CHECK(places.insert(place).second);
        CHECK(place + it.room.bytes_of(3) <= sizeof it.memory);
    }
    CHECK(places.size() == 4 * kMost / it.room.bytes_of(3));
    it.room.clear();
    CHECK(it.room.take(3) == kStart);
}

}  // namespace tracemalloc::preload
