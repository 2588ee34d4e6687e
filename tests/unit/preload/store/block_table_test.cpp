// SPDX-License-Identifier: MIT
#include "tests/unit/preload/store/block_table_fixture.h"

#include <map>
#include <random>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

using Contents = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

constexpr std::uintptr_t kHeap = 0x5555'0000'0000;
constexpr std::uint64_t k1GiB = std::uint64_t{1} << 30;

/// Puts a block where none is.
void put(BlockTable& table, std::uintptr_t address, std::uint64_t size, std::uint32_t number) {
    std::int64_t replaced = 0;
    REQUIRE(table.put(address, size, stack(number), replaced));
    REQUIRE(replaced == 0);
}

bool takes(BlockTable& table, std::uintptr_t address, std::uint64_t size, std::uint32_t number) {
    const Block block = table.take(address);
    return block.address == address && block.size == size && block.stack == stack(number);
}

bool is_unknown(BlockTable& table, std::uintptr_t address) {
    const Block block = table.take(address);
    return block.stack == StackId::none && block.size == 0;
}

}  // namespace

TEST_CASE("a block is found by its address once") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        put(*table, kHeap, 100, 1);
        CHECK(contents(*table) == Contents{{1, 100}});
        CHECK(takes(*table, kHeap, 100, 1));
        CHECK(is_unknown(*table, kHeap));
        CHECK(contents(*table).empty());
    }
}

TEST_CASE("blocks are copied with the addresses they have") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        const std::uintptr_t step = std::uintptr_t{1} << shift;
        std::map<std::uintptr_t, std::uint64_t> expected;
        for (std::uintptr_t at = 0; at < 3000; ++at) {
            // Every place that a granule has for a block, across two leaves.
            const std::uintptr_t address = kHeap + (std::uintptr_t{1} << (21 + shift)) -
                                           1500 * step + at * step + (at % 2) * (step / 2);
            const std::uint64_t size = at % 70 < 62 ? at % 70 : at;
            put(*table, address, size, 1);
            expected[address] = size;
            at += size > 62 ? 1 : 0;  // it covers the granule after its own
        }
        std::vector<Block> copied(4000);
        copied.resize(table->copy_blocks(copied.data(), copied.size()));
        std::map<std::uintptr_t, std::uint64_t> found;
        for (const Block& block : copied) {
            CHECK(block.stack == stack(1));
            found[block.address] = block.size;
        }
        table->for_each_aside([&](const SideBlock& block) { found[block.address] = block.size; });
        CHECK(found == expected);
        CHECK(table->copy_blocks(copied.data(), 0) == copied.size());
    }
}

TEST_CASE("an address that was never put is unknown") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        CHECK(is_unknown(*table, kHeap));
        put(*table, kHeap, 100, 1);
        CHECK(is_unknown(*table, kHeap + (std::uintptr_t{1} << shift) / 2));
        CHECK(is_unknown(*table, kHeap + 64));
        CHECK(is_unknown(*table, kHeap + (std::uintptr_t{1} << 30)));
        CHECK(is_unknown(*table, 0));
        CHECK(is_unknown(*table, ~std::uintptr_t{0}));
        CHECK(is_unknown(*table, (std::uintptr_t{1} << 48) + kHeap));
        CHECK(contents(*table) == Contents{{1, 100}});
    }
}

TEST_CASE("sizes from nothing to beyond a slot come back as they were") {
    const std::vector<std::uint64_t> sizes = {0,
                                              1,
                                              62,
                                              63,
                                              64,
                                              4095,
                                              k1GiB - 3,
                                              k1GiB - 2,
                                              k1GiB - 1,
                                              k1GiB,
                                              k1GiB + 1,
                                              k1GiB * 2 - 1,
                                              k1GiB * 2,
                                              k1GiB * 4 - 1,
                                              k1GiB * 4,
                                              k1GiB * 37,
                                              ~std::uint64_t{0} >> 1};
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        Contents expected;
        std::uintptr_t address = kHeap;
        std::uint32_t number = kMaxStacks;
        for (const std::uint64_t size : sizes) {
            put(*table, address, size, number);
            expected.emplace_back(number--, size);
            address += 0x1000;
        }
        std::sort(expected.begin(), expected.end());
        CHECK(contents(*table) == expected);
        for (const std::uint64_t size : sizes) {
            address -= 0x1000;
            const std::size_t place = (address - kHeap) / 0x1000;
            CHECK(takes(*table, address, sizes[place],
                        kMaxStacks - static_cast<std::uint32_t>(place)));
            static_cast<void>(size);
        }
        CHECK(contents(*table).empty());
    }
}

TEST_CASE("with a granule of 16 bytes two blocks of 8 are neighbours in one") {
    const auto table = make_table(4);
    put(*table, kHeap, 8, 1);
    put(*table, kHeap + 8, 7, 2);
    put(*table, kHeap + 16, 6, 3);
    CHECK(contents(*table) == Contents{{1, 8}, {2, 7}, {3, 6}});

    SECTION("the first goes first") {
        CHECK(takes(*table, kHeap, 8, 1));
        CHECK(contents(*table) == Contents{{2, 7}, {3, 6}});
        CHECK(is_unknown(*table, kHeap));
        put(*table, kHeap, 5, 4);
        CHECK(contents(*table) == Contents{{2, 7}, {3, 6}, {4, 5}});
        CHECK(takes(*table, kHeap + 8, 7, 2));
        CHECK(takes(*table, kHeap, 5, 4));
    }
    SECTION("the second goes first") {
        CHECK(takes(*table, kHeap + 8, 7, 2));
        CHECK(is_unknown(*table, kHeap + 8));
        CHECK(takes(*table, kHeap, 8, 1));
    }
    CHECK(takes(*table, kHeap + 16, 6, 3));
    CHECK(contents(*table).empty());
}

TEST_CASE("neighbours of huge size do not mistake each other") {
    const auto table = make_table(4);
    put(*table, kHeap, k1GiB, 1);
    put(*table, kHeap + 8, k1GiB + 1, 2);
    CHECK(takes(*table, kHeap, k1GiB, 1));
    CHECK(is_unknown(*table, kHeap));
    CHECK(contents(*table) == Contents{{2, k1GiB + 1}});
    CHECK(takes(*table, kHeap + 8, k1GiB + 1, 2));
    CHECK(contents(*table).empty());
}

TEST_CASE("a block whose free nobody saw is replaced, and its size told") {
    for (const unsigned shift : {4U, 5U}) {
        for (const std::uint64_t before : {std::uint64_t{100}, k1GiB + 5}) {
            for (const std::uint64_t after : {std::uint64_t{7}, k1GiB + 9}) {
                const auto table = make_table(shift);
                put(*table, kHeap, before, 1);
                std::int64_t replaced = 0;
                CHECK(table->put(kHeap, after, stack(2), replaced));
                CHECK(replaced == static_cast<std::int64_t>(before));
                CHECK(contents(*table) == Contents{{2, after}});
                CHECK(takes(*table, kHeap, after, 2));
                CHECK(is_unknown(*table, kHeap));
            }
        }
    }
}

TEST_CASE("whatever was freed behind our back, blocks that come to its slots are what they are") {
    for (const unsigned shift : {4U, 5U}) {
        const std::uintptr_t granule = std::uintptr_t{1} << shift;
        // (address, size) of the one whose free nobody saw, and of the one that comes.
        const struct {
            std::uintptr_t old_at, old_size, new_at, new_size;
        } cases[] = {
            {kHeap, 200, kHeap + granule, 20},         // where the size stood
            {kHeap, 200, kHeap + granule, 200},        //
            {kHeap + granule, 20, kHeap, 200},         // where the size comes to stand
            {kHeap + granule, 200, kHeap, 200},        //
            {kHeap, 200, kHeap, 20},                   // long, then short
            {kHeap, 20, kHeap, 200},                   // short, then long
            {kHeap, k1GiB + 5, kHeap + granule, 20},   // from the side table
            {kHeap, 200, kHeap + granule, k1GiB + 5},  // into it
            {kHeap + granule, k1GiB + 5, kHeap, 200},  //
        };
        for (const auto& [old_at, old_size, new_at, new_size] : cases) {
            const auto table = make_table(shift);
            put(*table, old_at, old_size, 1);
            std::int64_t replaced = 0;
            REQUIRE(table->put(new_at, new_size, stack(2), replaced));
            CHECK(replaced == static_cast<std::int64_t>(old_size));
            CHECK(contents(*table) == Contents{{2, new_size}});
            CHECK((old_at == new_at || is_unknown(*table, old_at)));
            CHECK(takes(*table, new_at, new_size, 2));
            CHECK(contents(*table).empty());
        }
    }
}

TEST_CASE("the last granule of a leaf holds a long block, and the next leaf begins with another") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        const std::uintptr_t border = kHeap + (std::uintptr_t{1} << (21 + shift));
        const std::uintptr_t granule = std::uintptr_t{1} << shift;
        put(*table, border - granule, 1000, 1);
        put(*table, border, 2000, 2);
        CHECK(contents(*table) == Contents{{1, 1000}, {2, 2000}});
        CHECK(takes(*table, border - granule, 1000, 1));
        CHECK(takes(*table, border, 2000, 2));
        put(*table, border - granule, 1000, 1);
        table->clear();
        put(*table, border - granule, 20, 3);
        CHECK(contents(*table) == Contents{{3, 20}});
    }
}

TEST_CASE("a cleared page leaves no half of a block behind") {
    const auto table = make_table(5);
    constexpr std::uintptr_t kLastOfPage = kHeap + 1023 * 32;
    put(*table, kLastOfPage, 1000, 1);
    table->clear();
    put(*table, kLastOfPage + 32, 20, 2);
    CHECK(contents(*table) == Contents{{2, 20}});
}

TEST_CASE("a block beside the slots is a block like any other, and needs no page of slots") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        std::int64_t replaced = 0;
        for (std::uint32_t number = 1; number <= 100; ++number) {
            REQUIRE(table->put_aside(kHeap + number * 40'000U, number, stack(number), replaced));
        }
        CHECK(replaced == 0);
        CHECK(table->touched_bytes() == 0);
        CHECK(contents(*table).size() == 100);
        CHECK_FALSE(table->is_empty_at(kHeap + 40'000));
        CHECK(table->is_empty_at(kHeap + 40'032));
        CHECK(table->get(kHeap + 80'000).size == 2);
        CHECK(is_unknown(*table, kHeap + 80'032));
        for (std::uint32_t number = 1; number <= 100; ++number) {
            CHECK(takes(*table, kHeap + number * 40'000U, number, number));
        }
        CHECK(contents(*table).empty());
        CHECK(table->is_empty_at(kHeap + 40'000));
        CHECK_FALSE(table->put_aside(std::uintptr_t{1} << 60, 1, stack(1), replaced));
    }
}

TEST_CASE("an address to look at is never empty, whatever is cleared") {
    const auto table = make_table(5);
    table->look_at(kHeap);
    CHECK_FALSE(table->is_empty_at(kHeap));
    CHECK(is_unknown(*table, kHeap));
    std::int64_t replaced = 0;
    REQUIRE(table->put_aside(kHeap + 64, 1, stack(1), replaced));
    table->clear();
    CHECK(table->is_empty_at(kHeap + 64));
    CHECK_FALSE(table->is_empty_at(kHeap));
}

TEST_CASE("blocks in slots and beside them live together, and replace each other") {
    const auto table = make_table(5);
    std::int64_t replaced = 0;
    REQUIRE(table->put_aside(kHeap, 1, stack(1), replaced));
    put(*table, kHeap + 32, 100, 2);
    REQUIRE(table->put_aside(kHeap + 320, 3, stack(3), replaced));
    CHECK(contents(*table) == Contents{{1, 1}, {2, 100}, {3, 3}});
    CHECK_FALSE(table->is_empty_at(kHeap));
    CHECK_FALSE(table->is_empty_at(kHeap + 32));
    CHECK(table->is_empty_at(kHeap + 256));
    REQUIRE(table->put_aside(kHeap + 32, 4, stack(4), replaced));  // its free was not seen
    CHECK(replaced == 100);
    CHECK(contents(*table) == Contents{{1, 1}, {3, 3}, {4, 4}});
    CHECK(takes(*table, kHeap + 32, 4, 4));
    CHECK(takes(*table, kHeap, 1, 1));
}

TEST_CASE("a replaced neighbour leaves the other one alone") {
    const auto table = make_table(4);
    put(*table, kHeap, 8, 1);
    put(*table, kHeap + 8, 8, 2);
    std::int64_t replaced = 0;
    CHECK(table->put(kHeap + 8, 3, stack(3), replaced));
    CHECK(replaced == 8);
    CHECK(contents(*table) == Contents{{1, 8}, {3, 3}});
}

TEST_CASE("equal blocks are counted, wherever they are") {
    const auto table = make_table(5);
    for (std::uint32_t number = 0; number < 3000; ++number) {
        put(*table, kHeap + number * 64, number % 10, 1 + number % 3);
    }
    put(*table, kHeap - 64, k1GiB, 11);  // in the side table: not among the keys
    std::vector<KeyCount> list(100);
    KeyCounter counter(list);
    table->count_keys(counter);
    counter.finish();
    REQUIRE(counter.size() == 30);
    for (std::size_t at = 0; at < counter.size(); ++at) {
        CHECK(list[at].count == 100);
    }
}

TEST_CASE("memory is touched where blocks are, by the page") {
    const auto table = make_table(5);
    CHECK(table->touched_bytes() == 0);
    put(*table, kHeap, 1, 1);
    const std::uint64_t first = table->touched_bytes();
    CHECK(first > 0);
    put(*table, kHeap + 64, 1, 1);
    CHECK(table->touched_bytes() == first);
    put(*table, kHeap + (1U << 20), 1, 1);
    CHECK(table->touched_bytes() == first + 4096);
    put(*table, kHeap + (std::uintptr_t{1} << 40), 1, 1);
    CHECK(table->touched_bytes() == first * 2 + 4096);
    table->begin_epoch(1, 0);  // a byte a slot from now on
    CHECK(table->touched_bytes() == first * 2 + 4096 + 3 * 1024);
}

TEST_CASE("thousands of random puts and takes agree with a map") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        std::map<std::uintptr_t, std::pair<std::uint64_t, std::uint32_t>> model;
        std::mt19937_64 random(20);
        const std::uintptr_t step = shift == 4 ? 8 : 32;
        const auto covers = [&](std::uintptr_t address, std::uint64_t size) {
            // A long block covers the granule after its own.
            return size > 62 ? ((address >> shift) + 2) << shift : address + step;
        };
        const auto is_free = [&](std::uintptr_t address, std::uint64_t size) {
            const auto after = model.upper_bound(address);
            const bool fits = after == model.end() || covers(address, size) <= after->first;
            return fits &&
                   (after == model.begin() ||
                    covers(std::prev(after)->first, std::prev(after)->second.first) <= address);
        };
        bool agree = true;
        for (int round = 0; round < 100'000; ++round) {
            const std::uintptr_t region = (random() % 3) << 44;
            const std::uintptr_t address = kHeap + region + random() % 4000 * step;
            if (random() % 2 == 0) {
                const std::uint64_t size =
                    random() % 16 == 0 ? k1GiB + random() % 9 : random() % 99;
                const auto number = static_cast<std::uint32_t>(1 + random() % 50);
                if (is_free(address, size)) {
                    model.emplace(address, std::pair(size, number));
                    std::int64_t replaced = 0;
                    agree = agree && table->put(address, size, stack(number), replaced) &&
                            replaced == 0;
                }
            } else if (const auto found = model.find(address); found != model.end()) {
                agree = agree && takes(*table, address, found->second.first, found->second.second);
                model.erase(found);
            } else {
                agree = agree && is_unknown(*table, address);
            }
        }
        CHECK(agree);
        Contents expected;
        for (const auto& [address, block] : model) {
            expected.emplace_back(block.second, block.first);
        }
        std::sort(expected.begin(), expected.end());
        CHECK(contents(*table) == expected);
    }
}

TEST_CASE("a block can be looked at without taking it") {
    for (const unsigned granule_shift : {4U, 5U}) {
        const auto table = make_table(granule_shift);
        std::int64_t replaced = 0;
        constexpr std::uintptr_t kAddress = 0x7f00'0000'0100;
        REQUIRE(table->put(kAddress, 100, stack(3), replaced));
        REQUIRE(table->put(kAddress + 0x1000, std::uint64_t{5} << 32, stack(4), replaced));
        CHECK(table->get(kAddress).size == 100);
        CHECK(table->get(kAddress).stack == stack(3));
        CHECK(table->get(kAddress + (std::uintptr_t{1} << granule_shift) / 2).stack ==
              StackId::none);
        CHECK(table->get(kAddress + 0x1000).size == std::uint64_t{5} << 32);
        CHECK(table->get(std::uintptr_t{1} << 60).stack == StackId::none);
        CHECK(table->take(kAddress).size == 100);
        CHECK(table->get(kAddress).stack == StackId::none);
    }
}

TEST_CASE("a block keeps the epoch it was born in") {
    for (const unsigned shift : {4U, 5U}) {
        const auto table = make_table(shift);
        const std::uintptr_t step = shift == 4 ? 8 : 64;  // neighbours in a granule, too
        std::vector<std::uint64_t> sizes = {0, 8, 7, k1GiB - 2, k1GiB - 1, k1GiB};
        for (std::uint32_t epoch = 0; epoch < 300; ++epoch) {
            put(*table, kHeap + epoch * step, sizes[epoch % (shift == 4 ? 3 : 6)], 1 + epoch);
            if (epoch < 255) {
                table->begin_epoch(epoch + 1, 1000 + epoch);
            }
        }
        CHECK(table->epochs().all().size() == 256);
        for (std::uint32_t epoch = 0; epoch < 300; ++epoch) {
            const Block found = table->get(kHeap + epoch * step);
            CHECK(found.epoch == std::min(epoch, 255U));
            CHECK(table->take(found.address).epoch == found.epoch);
        }
    }
}

TEST_CASE("a block that is put back has the birth it had") {
    const auto table = make_table(5);
    for (const std::uint64_t size : {std::uint64_t{100}, k1GiB * 5}) {
        put(*table, kHeap, size, 1);
        const Block taken = table->take(kHeap);
        table->begin_epoch(1, 0);
        std::int64_t replaced = 0;
        REQUIRE(table->put_back(taken, replaced));
        CHECK(replaced == 0);
        const Block again = table->take(kHeap);
        CHECK(again.epoch == taken.epoch);
        CHECK(again.epoch != table->epochs().current());
        CHECK(again.size == size);
        CHECK(again.stack == stack(1));
    }
}

TEST_CASE("more epochs than numbers: old ones are merged, each block stays in its time") {
    const auto table = make_table(4);
    constexpr std::uint32_t kSnapshots = 2000;
    const auto address = [](std::uint32_t number) { return kHeap + number * 8U; };
    for (std::uint32_t number = 0; number <= kSnapshots; ++number) {
        put(*table, address(number), number % 9, 1 + number);
        std::int64_t replaced = 0;
        REQUIRE(table->tracked().put({address(number), 1, stack(2), table->epochs().current(), 7},
                                     replaced));
        table->begin_epoch(number + 1, number);
    }
    const auto epochs = table->epochs().all();
    const auto is_in_its_time = [&](std::uint32_t number, EpochId epoch) {
        return epochs[epoch].snapshots <= number && number < epochs[epoch + 1U].snapshots &&
               epochs[epoch].start_unix_ns == std::int64_t{epochs[epoch].snapshots} - 1;
    };
    CHECK(epochs[1].snapshots > 1);
    for (std::uint32_t number = 1; number <= kSnapshots; ++number) {
        const EpochId epoch = table->get(address(number)).epoch;
        CHECK((epoch == 0 || is_in_its_time(number, epoch)));
        CHECK(table->tracked().take(address(number), 7).epoch == epoch);
        if (number + 128 > kSnapshots) {
            CHECK(epochs[epoch].snapshots == number);  // recent ones stay exact
        }
    }
}

TEST_CASE("what a child inherits stays apart from what is its own") {
    const auto table = make_table(5);
    put(*table, kHeap, 1, 1);
    table->begin_epoch(1, 10);
    put(*table, kHeap + 32, 2, 2);
    table->inherit(20);
    for (std::uint32_t number = 0; number < 700; ++number) {
        put(*table, kHeap + 64 + number * 32U, 3, 3);
        table->begin_epoch(number + 1, 30 + number);
    }
    const auto is_inherited = [&](std::uintptr_t address) {
        return (table->epochs().all()[table->get(address).epoch].flags & dump::kInherited) != 0;
    };
    CHECK(is_inherited(kHeap));
    CHECK(is_inherited(kHeap + 32));
    CHECK_FALSE(is_inherited(kHeap + 64));
    CHECK_FALSE(is_inherited(kHeap + 64 + 699 * 32U));
}

TEST_CASE("a table that begins anew has one epoch") {
    const auto table = make_table(5);
    table->begin_epoch(1, 10);
    table->inherit(20);
    table->begin_epoch(1, 30);
    table->clear();
    table->restart_epochs(40);
    REQUIRE(table->epochs().all().size() == 1);
    CHECK(table->epochs().all()[0].snapshots == 1);
    CHECK(table->epochs().all()[0].flags == 0);
    CHECK(table->epochs().all()[0].start_unix_ns == 40);
    put(*table, kHeap, 1, 1);
    CHECK(table->get(kHeap).epoch == 0);
}

TEST_CASE("a cleared table holds nothing, few pages or many, and can be filled again") {
    for (const std::uintptr_t count : {10U, 100'000U}) {
        const auto table = make_table(5);
        std::int64_t replaced = 0;
        for (std::uintptr_t number = 0; number < count; ++number) {
            REQUIRE(table->put(0x5000'0000 + number * 64, 7, stack(1), replaced));
        }
        REQUIRE(table->put(0x10, std::uint64_t{1} << 33, stack(2), replaced));
        REQUIRE(table->tracked().put({0x5000'0000, 9, stack(3), 0, 1}, replaced));
        table->clear();
        CHECK(contents(*table).empty());
        CHECK(table->take(0x5000'0000).stack == StackId::none);
        CHECK(table->tracked().is_empty());
        REQUIRE(table->put(0x5000'0000, 8, stack(1), replaced));
        CHECK(replaced == 0);
        CHECK(contents(*table).size() == 1);
    }
}

TEST_CASE("a handler learns that it would wait for what it interrupted") {
    const auto table = make_table(5);
    std::int64_t replaced = 0;
    constexpr std::uintptr_t kAside = 0x5555'0000'0000;
    REQUIRE(table->put_aside(kAside, 100, stack(1), replaced));
    REQUIRE(table->put(kAside + 64, 100, stack(2), replaced));
    CHECK_FALSE(table->is_busy_with(kAside));
    table->for_each_lock([](SpinLock& lock) { lock.lock(); });
    CHECK(table->is_busy_with(kAside));
    CHECK_FALSE(table->is_busy_with(kAside + 64));
    table->for_each_lock([](SpinLock& lock) { lock.unlock(); });
    CHECK_FALSE(table->is_busy_with(kAside));
}

}  // namespace tracemalloc::preload
