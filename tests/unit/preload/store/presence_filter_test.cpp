// SPDX-License-Identifier: MIT
#include "preload/store/presence_filter.h"

#include <memory>
#include <random>
#include <set>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("a filter never denies what was added") {
    const auto filter = std::make_unique<PresenceFilter>();
    std::multiset<std::uintptr_t> model;
    std::mt19937_64 random(3);
    bool agrees = true;
    for (int round = 0; round < 200'000; ++round) {
        const std::uintptr_t address = 0x5555'0000'0000 + random() % (1U << 22) / 16 * 16;
        if (random() % 3 != 0 || model.empty()) {
            filter->add(address);
            model.insert(address);
        } else {
            filter->remove(*model.begin());
            model.erase(model.begin());
        }
        agrees = agrees && (model.empty() || filter->may_hold(*model.rbegin()));
    }
    CHECK(agrees);
    for (const std::uintptr_t address : model) {
        CHECK(filter->may_hold(address));
    }
}

TEST_CASE("what was added once and removed is denied, and so are its neighbours") {
    const auto filter = std::make_unique<PresenceFilter>();
    CHECK_FALSE(filter->may_hold(0x5555'0000'0040));
    filter->add(0x5555'0000'0040);
    CHECK(filter->may_hold(0x5555'0000'0040));
    CHECK_FALSE(filter->may_hold(0x5555'0000'0060));
    CHECK_FALSE(filter->may_hold(0x5555'0000'0020));
    filter->remove(0x5555'0000'0040);
    CHECK_FALSE(filter->may_hold(0x5555'0000'0040));
}

TEST_CASE("a count that is full stays") {
    const auto filter = std::make_unique<PresenceFilter>();
    for (int time = 0; time < 300; ++time) {
        filter->add(0x1000);
    }
    for (int time = 0; time < 300; ++time) {
        filter->remove(0x1000);
    }
    CHECK(filter->may_hold(0x1000));
}

}  // namespace tracemalloc::preload
