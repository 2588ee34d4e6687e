// SPDX-License-Identifier: MIT
#include "preload/snapshot/frozen_view.h"

#include <algorithm>
#include <future>
#include <random>
#include <thread>

#include "preload/platform/attention.h"
#include "preload/platform/thread_registry.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/store/block_table_fixture.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uintptr_t kHeap = 0x6000'0000'0000;
constexpr std::uint64_t k1GiB = std::uint64_t{1} << 30;

/// A thread that a freeze finds asleep in its hook.
class BusyThread {
public:
    BusyThread() : thread_([this] { sleep_in_hook(); }) { in_hook_.get_future().wait(); }
    ~BusyThread() {
        may_leave_.set_value();
        thread_.join();
    }
    BusyThread(const BusyThread&) = delete;
    BusyThread& operator=(const BusyThread&) = delete;

private:
    void sleep_in_hook() {
        ThreadState* const state = thread_registry::enroll();
        state->hook_frame.store(1);
        in_hook_.set_value();
        may_leave_.get_future().wait();
        state->hook_frame.store(0);
        thread_registry::dismiss(*state);
    }

    std::promise<void> in_hook_;
    std::promise<void> may_leave_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a frozen view has every block, sorted by stack and size") {
    thread_registry::prepare();
    const auto table = make_table(5);
    std::vector<BlockKey> expected;
    std::mt19937_64 random(5);
    constexpr std::uint32_t kBlocks = 150'000;
    for (std::uint32_t number = 0; number < kBlocks; ++number) {
        const std::uint64_t size =
            random() % 3 == 0 ? random() % block_slot::kLongSizeMax : random() % 64;
        const auto id =
            static_cast<std::uint32_t>(1 + random() % (number % 2 == 0 ? 9 : kMaxStacks));
        std::int64_t replaced = 0;
        REQUIRE(table->put(kHeap + number * 64U, size, stack(id), replaced));
        expected.push_back(make_key(stack(id), size, 0));
    }
    std::int64_t replaced = 0;
    REQUIRE(table->put(kHeap - 64, k1GiB * 4, stack(2), replaced));
    REQUIRE(table->put(kHeap - 128, k1GiB * 2, stack(2), replaced));
    REQUIRE(table->put(kHeap - 192, k1GiB * 9, stack(1), replaced));
    std::sort(expected.begin(), expected.end());

    FrozenView view;
    for (const bool must_freeze : {true, false}) {
        REQUIRE(view.take(*table, must_freeze) == FrozenView::Outcome::taken);
        CHECK(view.is_consistent());
        CHECK(view.pause_ns() > 0);
        std::vector<BlockKey> found;
        for (const KeyCount& entry : view.keys()) {
            found.insert(found.end(), entry.count, entry.key);
        }
        CHECK(std::equal(found.begin(), found.end(), expected.begin(), expected.end()));
        REQUIRE(view.aside().size() == 3);
        CHECK(view.aside()[0].stack == stack(1));
        CHECK(view.aside()[1].size == k1GiB * 2);
        CHECK(view.aside()[2].size == k1GiB * 4);
        CHECK((g_attention.load() & kFrozen) == 0);
    }
}

TEST_CASE("an epoch begins with a freeze, and the view tells of those before") {
    thread_registry::prepare();
    const auto table = make_table(5);
    std::int64_t replaced = 0;
    FrozenView view;
    for (std::uint32_t snapshots = 1; snapshots <= 3; ++snapshots) {
        REQUIRE(table->put(kHeap + snapshots * 32U, 8, stack(1), replaced));
        REQUIRE(table->put(kHeap + snapshots * 320U, k1GiB, stack(1), replaced));
        view.begin_epoch(*table, snapshots);
        REQUIRE(view.take(*table, true) == FrozenView::Outcome::taken);
        REQUIRE(view.epochs().size() == snapshots);
        CHECK(view.epochs().back().snapshots == snapshots - 1);
        CHECK(table->epochs().all().back().snapshots == snapshots);
        CHECK(table->epochs().all().back().start_unix_ns > 1'500'000'000'000'000'000);
    }
    REQUIRE(view.keys().size() == 3);
    REQUIRE(view.aside().size() == 3);
    for (std::size_t at = 0; at < 3; ++at) {
        CHECK(view.keys()[at].key == make_key(stack(1), 8, static_cast<EpochId>(at)));
        CHECK(view.aside()[at].epoch == at);
    }
    const BusyThread busy;
    REQUIRE(view.take(*table, false) == FrozenView::Outcome::taken);
    CHECK(table->epochs().all().size() == 4);  // not frozen: no epoch begins
}

TEST_CASE("a view of nothing is empty") {
    thread_registry::prepare();
    const auto table = make_table(5);
    FrozenView view;
    REQUIRE(view.take(*table, true) == FrozenView::Outcome::taken);
    CHECK(view.keys().empty());
    CHECK(view.aside().empty());
}

TEST_CASE("a busy thread delays a view that must be frozen, and marks one that need not be") {
    thread_registry::prepare();
    const auto table = make_table(5);
    std::int64_t replaced = 0;
    REQUIRE(table->put(kHeap, 8, stack(1), replaced));
    const BusyThread busy;
    FrozenView view;
    CHECK(view.take(*table, true) == FrozenView::Outcome::threads_busy);
    CHECK((g_attention.load() & kFrozen) == 0);
    REQUIRE(view.take(*table, false) == FrozenView::Outcome::taken);
    CHECK_FALSE(view.is_consistent());
    CHECK(view.keys().size() == 1);
}

TEST_CASE("a view sums the losses of all threads") {
    thread_registry::prepare();
    const auto table = make_table(5);
    FrozenView before;
    REQUIRE(before.take(*table, true) == FrozenView::Outcome::taken);
    ThreadState* const one = thread_registry::enroll();
    ThreadState* const other = thread_registry::enroll();
    REQUIRE(one != nullptr);
    REQUIRE(other != nullptr);
    one->lose(LossReason::stack_table_full);
    other->lose(LossReason::stack_table_full);
    other->lose(LossReason::before_ready);
    thread_registry::dismiss(*one);  // what an ended thread lost stays lost
    FrozenView after;
    REQUIRE(after.take(*table, true) == FrozenView::Outcome::taken);
    thread_registry::dismiss(*other);
    const auto grown = [&](LossReason reason) {
        const auto at = static_cast<std::size_t>(reason);
        return after.losses(at) - before.losses(at);
    };
    CHECK(grown(LossReason::stack_table_full) == 2);
    CHECK(grown(LossReason::before_ready) == 1);
    CHECK(grown(LossReason::block_table_full) == 0);
}

}  // namespace tracemalloc::preload
