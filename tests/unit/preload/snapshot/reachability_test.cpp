// SPDX-License-Identifier: MIT
#include "preload/snapshot/reachability.h"

#include <sys/mman.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "preload/snapshot/address_ranges.h"
#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

using State = Reachability::State;

std::uintptr_t address_of(const void* place) {
    return reinterpret_cast<std::uintptr_t>(place);
}

/// Blocks of four words in one piece of memory, 64 bytes from one to the next.
class Heap {
public:
    explicit Heap(std::size_t count) : words_(count * 8) {
        for (std::size_t at = 0; at < count; ++at) {
            blocks_.push_back({address_of(&words_[at * 8]), 32, StackId{1}});
        }
    }
    void point(std::size_t from, std::size_t to, std::size_t word = 1) {
        words_[from * 8 + word] = blocks_[to].address;
    }
    [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }
    [[nodiscard]] std::uintptr_t start() const { return address_of(words_.data()); }
    [[nodiscard]] std::uintptr_t end() const { return start() + words_.size() * 8; }
    std::vector<std::uint64_t>& words() { return words_; }

private:
    std::vector<std::uint64_t> words_;
    std::vector<Block> blocks_;
};

constexpr auto kAnyWord = [](std::uintptr_t, const Block&) { return false; };

}  // namespace

TEST_CASE("the block that holds an address is found as a plain search finds it") {
    std::mt19937_64 random(5);
    for (const std::size_t count : {0U, 1U, 2U, 31U, 32U, 33U, 1000U}) {
        std::vector<Block> blocks;
        std::uintptr_t next = 1000;
        for (std::size_t at = 0; at < count; ++at) {
            const std::uint64_t size = random() % 4 == 0 ? 0 : random() % 50;
            blocks.push_back({next, size, StackId{1}});
            next += std::max<std::uint64_t>(size, 1) + random() % 20;
        }
        BlockFinder finder;
        REQUIRE(finder.prepare(blocks));
        bool agree = true;
        for (std::uintptr_t address = 990; address < next + 30; ++address) {
            const auto after = std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) {
                return BlockFinder::end_of(block) > address;
            });
            const auto index = static_cast<std::size_t>(after - blocks.begin());
            const bool is_inside = after != blocks.end() && after->address <= address;
            agree = agree && finder.first_ending_after(address) == index &&
                    finder.find(address) == (is_inside ? index : BlockFinder::kNone);
        }
        CHECK(agree);
    }
}

TEST_CASE("what ranges leave is what a set of addresses leaves") {
    std::mt19937_64 random(6);
    for (int round = 0; round < 200; ++round) {
        AddressRanges ranges;
        std::set<std::uintptr_t> covered;
        for (std::uint64_t at = random() % 30; at > 0; --at) {
            const std::uintptr_t start = random() % 300;
            const std::uintptr_t end = start + random() % 20;
            ranges.add(start, end);
            for (std::uintptr_t address = start; address < end; ++address) {
                covered.insert(address);
            }
        }
        ranges.sort();
        REQUIRE(ranges.is_whole());
        const std::uintptr_t from = random() % 300;
        const std::uintptr_t to = from + random() % 100;
        std::set<std::uintptr_t> left;
        ranges.for_each_outside(from, to, [&](std::uintptr_t start, std::uintptr_t end) {
            CHECK(start < end);
            for (std::uintptr_t address = start; address < end; ++address) {
                left.insert(address);
            }
        });
        std::set<std::uintptr_t> expected;
        for (std::uintptr_t address = from; address < to; ++address) {
            if (covered.count(address) == 0) {
                expected.insert(address);
            }
        }
        CHECK(left == expected);
    }
}

TEST_CASE("blocks are reached through blocks, and lost ones are told apart") {
    Heap heap(9);
    heap.point(0, 1);
    heap.point(1, 2);
    heap.point(2, 0);
    heap.point(3, 4);  // 3 is lost, 4 hangs on it
    heap.point(4, 5, 3);
    heap.point(6, 6);  // only itself
    heap.point(7, 8);  // a cycle
    heap.point(8, 7);
    MemoryReader reader;
    REQUIRE(reader.prepare());
    Reachability reachability;
    REQUIRE(reachability.prepare(heap.blocks()));
    reachability.add_root(heap.blocks()[1].address + 31);
    reachability.add_root(heap.blocks()[3].address + 32);  // behind it
    reachability.follow(reader);
    reachability.find_indirect(reader);
    const std::vector<State> expected = {State::reached,   State::reached,  State::reached,
                                         State::unreached, State::indirect, State::indirect,
                                         State::unreached, State::indirect, State::indirect};
    for (std::size_t at = 0; at < expected.size(); ++at) {
        CHECK(reachability.state(at) == expected[at]);
    }
}

TEST_CASE("roots lie between blocks, not in them") {
    Heap heap(4);
    heap.words()[0 * 8 + 5] = heap.blocks()[1].address;  // behind block 0
    heap.point(2, 3);                                    // in block 2, which nothing leads to
    MemoryReader reader;
    REQUIRE(reader.prepare());
    Reachability reachability;
    REQUIRE(reachability.prepare(heap.blocks()));
    reachability.add_roots(heap.start(), heap.end(), reader, kAnyWord);
    reachability.follow(reader);
    CHECK(reachability.state(0) == State::unreached);
    CHECK(reachability.state(1) == State::reached);
    CHECK(reachability.state(2) == State::unreached);
    CHECK(reachability.state(3) == State::unreached);
}

TEST_CASE("random graphs are followed as a plain search follows them") {
    std::mt19937_64 random(7);
    for (const std::size_t count : {10U, 3000U}) {
        Heap heap(count);
        std::vector<std::vector<std::size_t>> edges(count);
        for (std::size_t from = 0; from < count; ++from) {
            for (std::size_t word = 0; word < 4; ++word) {
                if (random() % 4 == 0) {
                    edges[from].push_back(random() % count);
                    heap.point(from, edges[from].back(), word);
                }
            }
        }
        MemoryReader reader;
        REQUIRE(reader.prepare());
        Reachability reachability;
        REQUIRE(reachability.prepare(heap.blocks()));
        std::vector<bool> expected(count);
        std::vector<std::size_t> waiting = {random() % count, random() % count};
        for (const std::size_t root : waiting) {
            reachability.add_root(heap.blocks()[root].address);
        }
        while (!waiting.empty()) {
            const std::size_t at = waiting.back();
            waiting.pop_back();
            if (!expected[at]) {
                expected[at] = true;
                waiting.insert(waiting.end(), edges[at].begin(), edges[at].end());
            }
        }
        reachability.follow(reader);
        bool agree = true;
        for (std::size_t at = 0; at < count; ++at) {
            agree = agree && (reachability.state(at) == State::reached) == expected[at];
        }
        CHECK(agree);
    }
}

TEST_CASE("memory that is not there is passed over, and untouched memory is not touched") {
    constexpr std::size_t kPage = 4096;
    auto* const memory = static_cast<unsigned char*>(
        ::mmap(nullptr, 100 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(memory != MAP_FAILED);
    std::fill(memory, memory + 2 * kPage, 1);
    std::fill(memory + 50 * kPage, memory + 51 * kPage, 1);
    ::munmap(memory + kPage, kPage);
    MemoryReader reader;
    REQUIRE(reader.prepare());
    std::set<std::uintptr_t> read;
    reader.for_each_run(address_of(memory) + 1, address_of(memory) + 100 * kPage,
                        [&](std::uintptr_t start, const std::uint64_t* words, std::size_t count) {
                            for (std::size_t at = 0; at < count; ++at) {
                                CHECK(words[at] == 0x0101'0101'0101'0101);
                                read.insert((start + at * 8 - address_of(memory)) / kPage);
                            }
                        });
    CHECK(read == std::set<std::uintptr_t>{0, 50});

    const iovec pieces[] = {{memory, 16},
                            {memory + kPage, 16},
                            {memory + 50 * kPage, 8},
                            {memory + kPage + 8, 8},
                            {memory + 50 * kPage + 8, 24}};
    std::vector<std::size_t> found;
    reader.for_each_piece(pieces, 5,
                          [&](std::size_t piece, const std::uint64_t*, std::size_t count) {
                              CHECK(count == pieces[piece].iov_len / 8);
                              found.push_back(piece);
                          });
    CHECK(found == std::vector<std::size_t>{0, 2, 4});
    ::munmap(memory, 100 * kPage);
}

}  // namespace tracemalloc::preload
