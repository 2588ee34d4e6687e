// SPDX-License-Identifier: MIT
//
// Threads put and take blocks of one heap, also each other's. Each take must give what was put, and
// in the end the table and the model hold the same blocks.
#include <mutex>

#include "tests/stress/crowd.h"
#include "tests/stress/model_heap.h"
#include "tests/support/catch.h"
#include "tests/unit/preload/store/block_table_fixture.h"

namespace tracemalloc::test {

namespace {

using preload::BlockTable;
using preload::StackId;

constexpr std::chrono::milliseconds kDuration{700};
constexpr std::uint64_t k4GiB = std::uint64_t{1} << 32;

/// Blocks that one thread leaves for another to free.
class HandOver {
public:
    void leave(const ModelBlock& block) {
        const std::lock_guard guard(mutex_);
        blocks_.push_back(block);
    }
    ModelBlock fetch() {
        const std::lock_guard guard(mutex_);
        if (blocks_.empty()) {
            return {};
        }
        const ModelBlock block = blocks_.back();
        blocks_.pop_back();
        return block;
    }

private:
    std::mutex mutex_;
    std::vector<ModelBlock> blocks_;
};

struct Heap {
    ModelHeap model;
    HandOver hand_over;
    std::unique_ptr<BlockTable> table;
    std::uintptr_t step;
    std::uintptr_t granule;
};

void allocate(Crowd::Worker& worker, Heap& heap, std::vector<ModelBlock>& mine) {
    const std::uintptr_t address = heap.model.allocate(worker.random(1U << 30));
    if (address == 0) {
        return;
    }
    // Of eight steps the last two granules belong to one block, which may be a long one.
    const std::uintptr_t step = address / heap.step % 8;
    const std::uintptr_t roomy = 8 - 2 * heap.granule / heap.step;
    if (step > roomy) {
        return;  // and stays unused
    }
    // A block whose successor is 8 bytes away is no larger.
    const bool has_close_successor = heap.step == 8 && address % 16 == 0 && step < roomy;
    const std::uint64_t size = has_close_successor      ? worker.random(9)
                               : step < roomy           ? worker.random(63)
                               : worker.random(20) == 0 ? k4GiB + worker.random(100)
                                                        : worker.random(1000);
    const ModelBlock block{address, size, 1 + worker.random(preload::kMaxStacks)};
    std::int64_t replaced = 0;
    worker.expect(heap.table->put(address, size, StackId{block.stack}, replaced));
    worker.expect(replaced == 0);
    heap.model.add(block);
    mine.push_back(block);
}

// Forget first, then free: once the model has the address back it may be another thread's.
void release(Crowd::Worker& worker, Heap& heap, const ModelBlock& block) {
    heap.model.remove(block.address);
    const preload::Block taken = heap.table->take(block.address);
    worker.expect(taken.address == block.address && taken.size == block.size &&
                  taken.stack == StackId{block.stack});
    worker.expect(heap.table->take(block.address).stack == StackId::none);
    heap.model.release(block.address);
}

void work(Crowd::Worker& worker, Heap& heap) {
    std::vector<ModelBlock> mine;
    while (worker.goes_on()) {
        const std::uint32_t choice = worker.random(10);
        if (choice < 5) {
            allocate(worker, heap, mine);
        } else if (choice < 8 && !mine.empty()) {
            std::swap(mine[worker.random(static_cast<std::uint32_t>(mine.size()))], mine.back());
            release(worker, heap, mine.back());
            mine.pop_back();
        } else if (choice == 8 && !mine.empty()) {
            heap.hand_over.leave(mine.back());
            mine.pop_back();
        } else if (const ModelBlock left = heap.hand_over.fetch(); left.address != 0) {
            release(worker, heap, left);
        }
    }
}

void check_heap(unsigned granule_shift, std::uintptr_t step) {
    Heap heap{ModelHeap(0x5555'0000'0000, step, 5000),
              {},
              preload::make_table(granule_shift),
              step,
              std::uintptr_t{1} << granule_shift};
    Crowd crowd(kDuration);
    crowd.add(4, [&heap](Crowd::Worker& worker) { work(worker, heap); });
    CHECK(crowd.run() == 0);
    std::vector<std::pair<std::uint32_t, std::uint64_t>> expected;
    for (const ModelBlock& block : heap.model.live()) {
        expected.emplace_back(block.stack, block.size);
    }
    std::sort(expected.begin(), expected.end());
    CHECK(preload::contents(*heap.table) == expected);
    CHECK_FALSE(expected.empty());
}

}  // namespace

TEST_CASE("threads on a table of 32-byte granules agree with the model") {
    check_heap(5, 32);
}

TEST_CASE("threads on a table of 16-byte granules with neighbours agree with the model") {
    check_heap(4, 8);
}

TEST_CASE("threads that touch fresh leaves at once share one") {
    const auto table = preload::make_table(5);
    Crowd crowd(std::chrono::milliseconds(100));
    crowd.add(4, [&table](Crowd::Worker& worker) {
        for (std::uintptr_t leaf = 0; leaf < 200; ++leaf) {
            const std::uintptr_t address = (leaf << 26) + worker.number() * 64;
            std::int64_t replaced = 0;
            worker.expect(table->put(address, leaf, StackId{worker.number()}, replaced));
        }
    });
    CHECK(crowd.run() == 0);
    CHECK(preload::contents(*table).size() == 800);
    for (std::uintptr_t leaf = 0; leaf < 200; ++leaf) {
        for (std::uint32_t number = 1; number <= 4; ++number) {
            const preload::Block block = table->take((leaf << 26) + number * 64);
            REQUIRE(block.size == leaf);
            REQUIRE(block.stack == StackId{number});
        }
    }
}

// A huge block's size is found by the address that its leaf tells.
TEST_CASE("a leaf that others use knows its address") {
    const auto table = preload::make_table(5);
    Crowd crowd(std::chrono::milliseconds(0));
    constexpr std::uintptr_t kLeaves = 2'000;
    std::atomic<std::uintptr_t> newest{0};
    crowd.add(4, [&](Crowd::Worker& worker) {
        for (std::uintptr_t leaf = 1; leaf < kLeaves; ++leaf) {
            if (worker.number() == 1) {
                newest.store(leaf, std::memory_order_release);
            }
            while (newest.load(std::memory_order_acquire) < leaf) {
                std::this_thread::yield();
            }
            const std::uintptr_t address = (leaf << 26) + worker.number() * 64;
            std::int64_t replaced = 0;
            worker.expect(table->put(address, k4GiB, StackId{worker.number()}, replaced));
            worker.expect(table->take(address).size == k4GiB);
        }
    });
    CHECK(crowd.run() == 0);
}

}  // namespace tracemalloc::test
