// SPDX-License-Identifier: MIT
#include "preload/store/side_table.h"

#include <map>
#include <random>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uintptr_t kFirst = 0x7f00'0000'0000;

bool has(const SideBlock& block, std::uint64_t size, std::uint32_t number) {
    return block.size == size && block.stack == static_cast<StackId>(number);
}

}  // namespace

TEST_CASE("the side table holds what it was given") {
    SideTable blocks;
    std::int64_t replaced = 0;
    CHECK(blocks.is_empty());
    CHECK(blocks.take(kFirst).stack == StackId::none);
    CHECK(blocks.put({kFirst, 10, StackId{1}, 0}, replaced));
    CHECK_FALSE(blocks.is_empty());
    CHECK(blocks.put({kFirst, 20, StackId{2}, 0}, replaced));
    CHECK(replaced == 10);
    CHECK(blocks.take(kFirst + 8).stack == StackId::none);
    CHECK(has(blocks.take(kFirst), 20, 2));
    CHECK(blocks.is_empty());
    CHECK(blocks.take(kFirst).stack == StackId::none);
}

TEST_CASE("the side table keeps births, under new numbers when they change") {
    SideTable blocks;
    std::int64_t replaced = 0;
    for (std::uintptr_t number = 0; number < 300; ++number) {
        REQUIRE(blocks.put({kFirst + number * 8, 1, StackId{1}, static_cast<EpochId>(number % 200)},
                           replaced));
    }
    EpochTable::Numbers merged{};
    for (std::size_t number = 0; number < 256; ++number) {
        merged[number] = static_cast<EpochId>(number / 2);
    }
    blocks.renumber_epochs(merged);
    for (std::uintptr_t number = 0; number < 300; ++number) {
        CHECK(blocks.take(kFirst + number * 8).epoch == number % 200 / 2);
    }
}

TEST_CASE("a side table that is filled and emptied over and over stays small and right") {
    SideTable blocks;
    std::map<std::uintptr_t, std::uint64_t> model;
    std::mt19937_64 random(3);
    bool agree = true;
    for (int round = 0; round < 200'000; ++round) {
        const std::size_t most = round < 100'000 ? 100 : 5000;
        const std::uintptr_t address = kFirst + random() % (2 * most) * 8;
        std::int64_t replaced = 0;
        if (model.size() < most && random() % 2 == 0) {
            const std::uint64_t size = random();
            const auto [at, is_new] = model.emplace(address, size);
            agree = agree && blocks.put({address, size, StackId{7}, 0}, replaced);
            agree = agree && replaced == (is_new ? 0 : static_cast<std::int64_t>(at->second));
            at->second = size;
        } else if (const auto found = model.find(address); found != model.end()) {
            agree = agree && has(blocks.take(address), found->second, 7);
            model.erase(found);
        } else {
            agree = agree && blocks.take(address).stack == StackId::none;
        }
    }
    CHECK(agree);
    std::map<std::uintptr_t, std::uint64_t> walked;
    blocks.for_each([&](const SideBlock& block) { walked.emplace(block.address, block.size); });
    CHECK(walked == model);
}

TEST_CASE("each domain has addresses of its own") {
    SideTable blocks;
    std::int64_t replaced = 0;
    CHECK(blocks.put({kFirst, 10, StackId{1}, 0, 1}, replaced));
    CHECK(blocks.put({kFirst, 20, StackId{2}, 0, 2}, replaced));
    CHECK(replaced == 0);
    CHECK(blocks.take(kFirst).stack == StackId::none);
    CHECK(blocks.get(kFirst).stack == StackId::none);
    CHECK(has(blocks.take(kFirst, 1), 10, 1));
    CHECK(blocks.take(kFirst, 1).stack == StackId::none);
    CHECK(has(blocks.take(kFirst, 2), 20, 2));
}

TEST_CASE("a cleared side table is empty and can be filled again") {
    SideTable blocks;
    std::int64_t replaced = 0;
    for (std::uintptr_t number = 0; number < 1000; ++number) {
        REQUIRE(blocks.put({kFirst + number * 8, number, StackId{1}, 0}, replaced));
    }
    blocks.clear();
    CHECK(blocks.is_empty());
    CHECK(blocks.take(kFirst + 8).stack == StackId::none);
    CHECK(blocks.put({kFirst, 5, StackId{2}, 0}, replaced));
    CHECK(replaced == 0);
    CHECK(has(blocks.get(kFirst), 5, 2));
    CHECK(has(blocks.take(kFirst), 5, 2));
}

}  // namespace tracemalloc::preload
