// SPDX-License-Identifier: MIT
//
// Threads record inside hook scopes while another freezes them over and over. Whatever a hook does
// is done as a whole when a freeze holds, so each cut equals the model exactly, and blocks that a
// hook exchanges are never both there or both gone.
#include "preload/platform/hook_scope.h"
#include "preload/snapshot/frozen_view.h"
#include "tests/stress/crowd.h"
#include "tests/stress/enrolled_thread.h"
#include "tests/stress/model_heap.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/store/block_table_fixture.h"

namespace tracemalloc::test {

namespace {

using namespace preload;

constexpr std::chrono::milliseconds kDuration{900};
constexpr std::uint64_t kPatienceNs = 5'000'000'000;
constexpr std::uint32_t kThreads = 4;
constexpr std::uint32_t kBlocksEach = 50;
constexpr std::uint64_t k4GiB = std::uint64_t{1} << 32;
constexpr std::uintptr_t kHeap = 0x5555'0000'0000;

using Contents = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

/// One hook: the block at `old_address` goes, another of the same size comes. Like realloc.
__attribute__((noinline)) void exchange(Crowd::Worker& worker, BlockTable& table,
                                        std::uintptr_t old_address, const ModelBlock& block,
                                        ModelHeap* model) {
    const HookScope hook(__builtin_frame_address(0));
    worker.expect(hook.records());
    if (old_address != 0) {
        const Block old = table.take(old_address);
        worker.expect(old.size == block.size && old.stack == StackId{block.stack});
        if (model != nullptr) {
            model->remove(old_address);
        }
    }
    std::int64_t replaced = 0;
    worker.expect(table.put(block.address, block.size, StackId{block.stack}, replaced));
    if (model != nullptr) {
        model->add(block);
    }
}

/// Keeps kBlocksEach blocks, of sizes 0, 1, … and beyond 4 GiB, under the stack of its number.
void keep_exchanging(Crowd::Worker& worker, BlockTable& table, ModelHeap& heap, bool tells_model) {
    const EnrolledThread thread;
    ModelHeap* const model = tells_model ? &heap : nullptr;
    std::vector<ModelBlock> mine;
    for (std::uint32_t number = 0; number < kBlocksEach; ++number) {
        const std::uint64_t size = number % 10 == 9 ? k4GiB + number : number;
        mine.push_back({heap.allocate(worker.random(1U << 20)), size, worker.number()});
        exchange(worker, table, 0, mine.back(), model);
    }
    while (worker.goes_on()) {
        ModelBlock& block = mine[worker.random(kBlocksEach)];
        const std::uintptr_t before = block.address;
        block.address = heap.allocate(worker.random(1U << 20));
        exchange(worker, table, before, block, model);
        heap.release(before);
    }
}

Contents contents_of(const std::vector<ModelBlock>& blocks) {
    Contents all;
    for (const ModelBlock& block : blocks) {
        all.emplace_back(block.stack, block.size);
    }
    std::sort(all.begin(), all.end());
    return all;
}

/// (blocks, bytes) of each thread, by its number.
std::vector<std::pair<std::uint64_t, std::uint64_t>> totals_of(const FrozenView& view) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> totals(kThreads + 1);
    for (const auto& [key, count] : view.keys()) {
        auto& [blocks, bytes] = totals[static_cast<std::uint32_t>(stack_of(key))];
        blocks += count;
        bytes += size_of(key) * count;
    }
    for (const SideBlock& block : view.aside()) {
        totals[static_cast<std::uint32_t>(block.stack)].first += 1;
        totals[static_cast<std::uint32_t>(block.stack)].second += block.size;
    }
    return totals;
}

bool all_births_are_told(const FrozenView& view) {
    const std::size_t epochs = view.epochs().size();
    return std::all_of(view.keys().begin(), view.keys().end(),
                       [&](const KeyCount& entry) { return epoch_of(entry.key) < epochs; }) &&
           std::all_of(view.aside().begin(), view.aside().end(),
                       [&](const SideBlock& block) { return block.epoch < epochs; });
}

}  // namespace

TEST_CASE("what a freeze sees is the model, exactly") {
    arm();
    const auto table = make_table(4);
    ModelHeap heap(kHeap, 32, 4096);  // two granules, for blocks of any size
    Crowd crowd(kDuration);
    crowd.add(kThreads,
              [&](Crowd::Worker& worker) { keep_exchanging(worker, *table, heap, true); });
    std::uint64_t cuts = 0;
    crowd.add(1, [&](Crowd::Worker& worker) {
        while (worker.goes_on()) {
            worker.expect(thread_registry::freeze(kPatienceNs));
            const Contents found = contents(*table);
            const Contents expected = contents_of(heap.live());
            thread_registry::thaw();
            worker.expect(found == expected);
            ++cuts;
            std::this_thread::sleep_for(std::chrono::microseconds(worker.random(300)));
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(cuts > 5);
    CHECK(contents(*table) == contents_of(heap.live()));
}

TEST_CASE("a view never has both of two blocks that a hook exchanges, or neither") {
    arm();
    const auto table = make_table(5);
    ModelHeap heap(kHeap, 64, 4096);
    Crowd crowd(kDuration);
    crowd.add(kThreads,
              [&](Crowd::Worker& worker) { keep_exchanging(worker, *table, heap, false); });
    std::uint64_t full = 0;
    crowd.add(1, [&](Crowd::Worker& worker) {
        std::uint64_t bytes = 0;
        for (std::uint32_t number = 0; number < kBlocksEach; ++number) {
            bytes += number % 10 == 9 ? k4GiB + number : number;
        }
        FrozenView view;
        std::uint32_t snapshots = 0;
        while (worker.goes_on()) {
            view.begin_epoch(*table, ++snapshots);
            worker.expect(view.take(*table, false) == FrozenView::Outcome::taken);
            if (!view.is_consistent()) {
                continue;  // the machine was too busy to let a thread out of its hook in time
            }
            const auto totals = totals_of(view);
            worker.expect(all_births_are_told(view));
            bool is_full = true;  // while threads begin they have fewer
            for (std::uint32_t number = 1; number <= kThreads; ++number) {
                worker.expect(totals[number].first <= kBlocksEach);
                is_full = is_full && totals[number].first == kBlocksEach;
                worker.expect(totals[number].first != kBlocksEach ||
                              totals[number].second == bytes);
            }
            worker.expect(is_full || full == 0);
            full += is_full ? 1U : 0U;
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(full > 5);
}

}  // namespace tracemalloc::test
