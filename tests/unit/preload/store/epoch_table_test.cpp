// SPDX-License-Identifier: MIT
#include "preload/store/epoch_table.h"

#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

/// Full: the first epoch, and one after each of 255 snapshots.
EpochTable full_table() {
    EpochTable table;
    for (std::uint32_t snapshots = 1; !table.is_full(); ++snapshots) {
        table.begin(snapshots, snapshots * 100);
    }
    return table;
}

}  // namespace

TEST_CASE("a table begins with one epoch of its own") {
    const EpochTable table;
    CHECK(table.current() == 0);
    REQUIRE(table.all().size() == 1);
    CHECK(table.all()[0].snapshots == 0);
    CHECK(table.all()[0].flags == 0);
}

TEST_CASE("epochs are numbered in order") {
    const EpochTable table = full_table();
    CHECK(table.current() == 255);
    REQUIRE(table.all().size() == 256);
    CHECK(table.all()[255].snapshots == 255);
    CHECK(table.all()[255].start_unix_ns == 25'500);
}

TEST_CASE("the older half is merged in pairs, and the earlier of two tells the start") {
    EpochTable table = full_table();
    EpochTable::Numbers merged{};
    table.merge_older(merged);
    REQUIRE(table.all().size() == 192);
    CHECK_FALSE(table.is_full());
    for (std::size_t number = 0; number < 256; ++number) {
        const dump::Epoch& epoch = table.all()[merged[number]];
        const std::size_t start = number < 128 ? number / 2 * 2 : number;
        CHECK(epoch.snapshots == start);
        CHECK(epoch.start_unix_ns == static_cast<std::int64_t>(start * 100));
    }
}

TEST_CASE("an inherited epoch is not merged with one of the process itself") {
    for (const std::size_t inherited : {1U, 2U, 31U, 128U, 200U}) {
        EpochTable table;
        while (table.all().size() < inherited) {
            table.begin(9, 9);
        }
        table.mark_inherited();
        while (!table.is_full()) {
            table.begin(1, 1);
        }
        EpochTable::Numbers merged{};
        table.merge_older(merged);
        CHECK(table.all().size() <= 193);
        for (std::size_t number = 0; number < 256; ++number) {
            const bool is_inherited = (table.all()[merged[number]].flags & dump::kInherited) != 0;
            CHECK(is_inherited == (number < inherited));
        }
    }
}

}  // namespace tracemalloc::preload
