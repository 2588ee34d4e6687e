// SPDX-License-Identifier: MIT
//
// Threads look rules up while others add them and forget them all: a rule that is found is right.
#include "preload/capture/rule_table.h"

#include <memory>

#include "tests/stress/crowd.h"
#include "tests/support/catch.h"

namespace tracemalloc::test {

namespace {

using preload::FrameRule;
using preload::RuleTable;

constexpr std::uint32_t kAddresses = 20'000;

std::uintptr_t address(std::uint32_t number) {
    return 0x5555'0000'0000 + number * std::uintptr_t{13};
}

/// Which rule an address has: hundreds of different ones, as in a process.
FrameRule rule(std::uint32_t number) {
    return FrameRule(FrameRule::Kind::stack_pointer, static_cast<std::int32_t>(number % 700 * 8));
}

bool is_right(const FrameRule& found, std::uint32_t number) {
    return found.kind() == FrameRule::Kind::stack_pointer &&
           found.cfa_offset() == rule(number).cfa_offset();
}

bool is_unknown(const FrameRule& found) {
    return found.kind() == FrameRule::Kind::not_learned;
}

}  // namespace

TEST_CASE("a rule that is found is the one that was added, whatever happens meanwhile") {
    const auto rules = std::make_unique<RuleTable>();
    Crowd crowd(std::chrono::milliseconds(600));
    std::atomic<std::uint64_t> found{0};
    crowd.add(3, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            const std::uint32_t number = worker.random(kAddresses);
            const FrameRule known = rules->find(address(number));
            worker.expect(is_unknown(known) || is_right(known, number));
            if (is_unknown(known)) {
                rules->add(address(number), rule(number));
            } else {
                found.fetch_add(1, std::memory_order_relaxed);
            }
        }
    });
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            rules->forget_all();
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(found.load() > 100);
    rules->forget_all();
    for (std::uint32_t number = 0; number < kAddresses; ++number) {
        REQUIRE(is_unknown(rules->find(address(number))));
        rules->add(address(number), rule(number));
        REQUIRE(is_right(rules->find(address(number)), number));
    }
}

}  // namespace tracemalloc::test
