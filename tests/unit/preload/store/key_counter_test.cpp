// SPDX-License-Identifier: MIT
#include "preload/store/key_counter.h"

#include <map>
#include <random>
#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

BlockKey key(std::uint64_t number) {
    return make_key(static_cast<StackId>(1 + number % 50'000), number / 7 % 1000, 0);
}

std::map<BlockKey, std::uint64_t> sums(const std::vector<KeyCount>& list) {
    std::map<BlockKey, std::uint64_t> all;
    for (const KeyCount& entry : list) {
        all[entry.key] += entry.count;
    }
    return all;
}

}  // namespace

TEST_CASE("few keys are counted in place, many come several times and add up") {
    for (const std::uint64_t different : {1U, 10U, 2000U, 100'000U}) {
        std::vector<KeyCount> list(200'000);
        KeyCounter counter(list);
        std::map<BlockKey, std::uint64_t> expected;
        std::mt19937_64 random(different);
        for (int round = 0; round < 150'000; ++round) {
            const BlockKey drawn = key(random() % different);
            counter.add(drawn);
            ++expected[drawn];
        }
        counter.finish();
        REQUIRE(counter.size() <= list.size());
        CHECK((different > 10 || counter.size() == different));
        list.resize(counter.size());
        CHECK(sums(list) == expected);
        counter.finish();
        CHECK(counter.size() == list.size());  // nothing is left
    }
}

TEST_CASE("a list that is too short is not written beyond, and says how long it would be") {
    std::vector<KeyCount> list(10);
    KeyCounter counter({list.data(), 5});
    for (std::uint64_t number = 1; number <= 50; ++number) {
        counter.add(key(number));
    }
    counter.finish();
    CHECK(counter.size() == 50);
    CHECK(list[4].count == 1);
    CHECK(list[5].count == 0);
}

}  // namespace tracemalloc::preload
