// SPDX-License-Identifier: MIT
//
// Threads count inside hooks while another one freezes them and folds what they hold. Each thread
// counts for itself, too: at every freeze the table and these counters agree exactly.
#include "preload/store/traffic_table.h"

#include <array>
#include <memory>

#include "preload/platform/hook_scope.h"
#include "tests/stress/crowd.h"
#include "tests/stress/enrolled_thread.h"
#include "tests/support/catch.h"

namespace tracemalloc::test {

namespace {

using namespace preload;

constexpr std::chrono::milliseconds kDuration{900};
constexpr std::uint64_t kPatienceNs = 5'000'000'000;
constexpr std::uint32_t kThreads = 4;
/// More than a thread has entries, and of several tables of rows.
constexpr std::uint32_t kStacks = 400;
constexpr std::uint32_t kStackStep = 37;

/// Written inside hooks, read while frozen.
using Counters = std::array<std::array<StackTraffic, kStacks>, kThreads + 1>;

__attribute__((noinline)) void count_one(Crowd::Worker& worker, TrafficTable& table,
                                         ThreadState& state, StackTraffic& own, const Block& block,
                                         bool is_temporary) {
    const HookScope hook(__builtin_frame_address(0));
    worker.expect(table.on_allocate(state, block, AllocationFunction::malloc));
    own.count += 1;
    own.bytes += block.size;
    if (is_temporary) {
        worker.expect(table.on_free(state, block));
        own.temporary_count += 1;
        own.temporary_bytes += block.size;
    }
}

void keep_counting(Crowd::Worker& worker, TrafficTable& table, Counters& counters) {
    const EnrolledThread thread;
    while (worker.goes_on()) {
        const std::uint32_t number = worker.random(kStacks);
        const Block block{0x1000 + worker.random(1000) * 16U, worker.random(5000),
                          StackId{1 + number * kStackStep}};
        count_one(worker, table, thread.state(), counters[worker.number()][number], block,
                  worker.random(3) == 0);
    }
}

bool agree(TrafficTable& table, const Counters& counters) {
    table.fold();
    std::array<StackTraffic, kStacks> left{};
    std::uint64_t calls = 0;
    for (const auto& own : counters) {
        for (std::uint32_t number = 0; number < kStacks; ++number) {
            left[number].count += own[number].count;
            left[number].bytes += own[number].bytes;
            left[number].temporary_count += own[number].temporary_count;
            left[number].temporary_bytes += own[number].temporary_bytes;
            calls += own[number].count;
        }
    }
    bool is_same = table.calls(static_cast<std::size_t>(AllocationFunction::malloc)) == calls;
    table.for_each([&](StackId stack, const StackTraffic& sum) {
        StackTraffic& own = left[(static_cast<std::uint32_t>(stack) - 1) / kStackStep];
        is_same = is_same && own.count == sum.count && own.bytes == sum.bytes &&
                  own.temporary_count == sum.temporary_count &&
                  own.temporary_bytes == sum.temporary_bytes;
        own = {};
    });
    for (const StackTraffic& own : left) {
        is_same = is_same && own.count == 0;
    }
    return is_same;
}

}  // namespace

TEST_CASE("traffic folded at a freeze is what the threads counted, exactly") {
    arm();
    const auto table = std::make_unique<TrafficTable>();
    const auto counters = std::make_unique<Counters>();
    Crowd crowd(kDuration);
    crowd.add(kThreads, [&](Crowd::Worker& worker) { keep_counting(worker, *table, *counters); });
    std::uint64_t cuts = 0;
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            worker.expect(thread_registry::freeze(kPatienceNs));
            const bool is_same = agree(*table, *counters);
            thread_registry::thaw();
            worker.expect(is_same);
            ++cuts;
            std::this_thread::sleep_for(std::chrono::microseconds(worker.random(300)));
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(cuts > 5);
    CHECK(agree(*table, *counters));
    table->clear();
}

}  // namespace tracemalloc::test
