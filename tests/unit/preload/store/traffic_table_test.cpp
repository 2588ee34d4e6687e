// SPDX-License-Identifier: MIT
#include "preload/store/traffic_table.h"

#include <array>
#include <map>
#include <memory>

#include "tests/stress/enrolled_thread.h"
#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

using Rows = std::map<std::uint32_t, std::array<std::uint64_t, 4>>;

Rows rows_of(TrafficTable& table) {
    table.fold();
    Rows rows;
    table.for_each([&](StackId stack, const StackTraffic& sum) {
        rows[static_cast<std::uint32_t>(stack)] = {sum.count, sum.bytes, sum.temporary_count,
                                                   sum.temporary_bytes};
    });
    return rows;
}

constexpr AllocationFunction kMalloc = AllocationFunction::malloc;

}  // namespace

TEST_CASE("allocations are summed by stack and counted by function") {
    thread_registry::prepare();
    const auto table = std::make_unique<TrafficTable>();
    test::EnrolledThread thread;
    for (std::uint64_t size = 1; size <= 4; ++size) {
        CHECK(table->on_allocate(thread.state(), {0x1000 * size, size, StackId{7}}, kMalloc));
    }
    CHECK(table->on_allocate(thread.state(), {0x9000, 0, StackId{8}}, AllocationFunction::calloc));
    CHECK(table->on_track(thread.state(), StackId{9}, 500));
    CHECK(rows_of(*table) == Rows{{7, {4, 10, 0, 0}}, {8, {1, 0, 0, 0}}, {9, {1, 500, 0, 0}}});
    CHECK(table->calls(static_cast<std::size_t>(kMalloc)) == 4);
    CHECK(table->calls(static_cast<std::size_t>(AllocationFunction::calloc)) == 1);
    table->clear();
    CHECK(rows_of(*table).empty());
    CHECK(table->calls(static_cast<std::size_t>(kMalloc)) == 0);
}

TEST_CASE("temporary is what the thread frees before it allocates again") {
    thread_registry::prepare();
    const auto table = std::make_unique<TrafficTable>();
    test::EnrolledThread thread, other;
    const Block first{0x1000, 10, StackId{1}};
    const Block second{0x2000, 20, StackId{2}};
    table->on_allocate(thread.state(), first, kMalloc);
    table->on_free(thread.state(), first);
    table->on_free(thread.state(), first);  // counts once
    table->on_allocate(thread.state(), first, kMalloc);
    table->on_allocate(thread.state(), second, kMalloc);
    table->on_free(thread.state(), first);   // another one was made since
    table->on_free(other.state(), second);   // another thread
    table->on_free(other.state(), Block{});  // nothing
    CHECK(rows_of(*table) == Rows{{1, {2, 20, 1, 10}}, {2, {1, 20, 0, 0}}});
    table->on_allocate(thread.state(), second, kMalloc);
    TrafficTable::release(thread.state());
    table->on_free(thread.state(), second);  // the next thread with this state
    CHECK(rows_of(*table)[2] == std::array<std::uint64_t, 4>{2, 40, 0, 0});
}

TEST_CASE("a size that was noted too large is put right") {
    thread_registry::prepare();
    const auto table = std::make_unique<TrafficTable>();
    test::EnrolledThread thread;
    table->on_allocate(thread.state(), {0x1000, 64, StackId{5}}, kMalloc);
    rows_of(*table);
    CHECK(table->correct_size(thread.state(), StackId{5}, 64, 33));
    CHECK(rows_of(*table) == Rows{{5, {1, 33, 0, 0}}});
}

TEST_CASE("stacks that share an entry of a thread lose nothing, up to the largest id") {
    thread_registry::prepare();
    const auto table = std::make_unique<TrafficTable>();
    test::EnrolledThread thread;
    Rows expected;
    for (int round = 0; round < 3; ++round) {
        for (std::uint32_t stack = 1; stack < kMaxStacks; stack += 65'521) {
            table->on_allocate(thread.state(), {stack, stack, StackId{stack}}, kMalloc);
            expected[stack][0] += 1;
            expected[stack][1] += stack;
        }
    }
    table->on_allocate(thread.state(), {1, 2, StackId{kMaxStacks}}, kMalloc);
    expected[kMaxStacks] = {1, 2, 0, 0};
    CHECK(rows_of(*table) == expected);
    CHECK(rows_of(*table) == expected);  // folding twice adds nothing
    table->clear();
}

}  // namespace tracemalloc::preload
