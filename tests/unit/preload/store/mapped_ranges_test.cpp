// SPDX-License-Identifier: MIT
#include "preload/store/mapped_ranges.h"

#include <map>
#include <random>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uintptr_t kPage = 4096;
constexpr std::uintptr_t kFirst = 0x7f00'0000'0000;

using State = MappedRanges::State;
using Row = std::pair<std::pair<std::uintptr_t, std::uintptr_t>, std::uint32_t>;

std::vector<Row> rows(const MappedRanges& ranges) {
    std::vector<Row> found;
    ranges.for_each([&](const MappedRange& range) {
        found.push_back(
            {{range.start / kPage, range.end / kPage}, static_cast<std::uint32_t>(range.stack)});
    });
    return found;
}

/// The same page by page: which call mapped it, and when.
class PlainModel {
public:
    void put(std::uintptr_t start, std::uintptr_t end, std::uint32_t stack, std::uint64_t age) {
        ++call_;
        for (std::uintptr_t page = start; page < end; ++page) {
            pages_[page] = {stack, call_, age};
        }
    }
    std::uint64_t remove(std::uintptr_t start, std::uintptr_t end, std::uint64_t moment) {
        std::uint64_t removed = 0;
        for (std::uintptr_t page = start; page < end; ++page) {
            const auto at = pages_.find(page);
            if (at != pages_.end() && at->second.age < moment) {
                removed += at->second.stack != 0 ? 1U : 0U;
                pages_.erase(at);
            }
        }
        return removed * kPage;
    }
    std::uint64_t change(std::uintptr_t start, std::uintptr_t end, std::uint32_t stack) {
        std::uint64_t changed = 0;
        ++call_;
        for (std::uintptr_t page = start; page < end; ++page) {
            const auto at = pages_.find(page);
            if (at != pages_.end() && (at->second.stack == 0) != (stack == 0)) {
                // One range of those that it came from stays one.
                at->second = {stack, call_ << 32 | at->second.call, at->second.age};
                ++changed;
            }
        }
        return changed * kPage;
    }
    [[nodiscard]] State state_at(std::uintptr_t page) const {
        const auto at = pages_.find(page);
        return at == pages_.end()      ? State::unknown
               : at->second.stack == 0 ? State::reserved
                                       : State::memory;
    }
    [[nodiscard]] std::vector<Row> rows() const {
        std::vector<Row> found;
        std::uint64_t last_call = 0;
        for (const auto& [page, owner] : pages_) {
            if (owner.stack == 0) {
                continue;
            }
            if (!found.empty() && owner.call == last_call && found.back().first.second == page) {
                ++found.back().first.second;
            } else {
                found.push_back({{page, page + 1}, owner.stack});
            }
            last_call = owner.call;
        }
        return found;
    }

private:
    struct Owner {
        std::uint32_t stack;
        std::uint64_t call;
        std::uint64_t age;
    };
    std::map<std::uintptr_t, Owner> pages_;
    std::uint64_t call_ = 0;
};

}  // namespace

TEST_CASE("a range is cut where a piece of it goes") {
    MappedRanges ranges;
    std::uint64_t removed = 0;
    REQUIRE(ranges.put(10 * kPage, 20 * kPage, StackId{1}, removed));
    CHECK(removed == 0);
    REQUIRE(ranges.remove(13 * kPage, 15 * kPage, MappedRanges::kAnyAge, removed));
    CHECK(removed == 2 * kPage);
    CHECK(rows(ranges) == std::vector<Row>{{{10, 13}, 1}, {{15, 20}, 1}});
    CHECK(ranges.state_at(13 * kPage - 1) == State::memory);
    CHECK(ranges.state_at(13 * kPage) == State::unknown);
    CHECK(ranges.state_at(15 * kPage) == State::memory);
    CHECK(ranges.state_at(20 * kPage) == State::unknown);
    REQUIRE(ranges.put(12 * kPage, 16 * kPage, StackId{2}, removed));
    CHECK(removed == 4 * kPage);
    CHECK(rows(ranges) == std::vector<Row>{{{10, 12}, 1}, {{12, 16}, 2}, {{16, 20}, 1}});
}

TEST_CASE("what was mapped again meanwhile stays") {
    MappedRanges ranges;
    std::uint64_t removed = 0;
    REQUIRE(ranges.put(10 * kPage, 20 * kPage, StackId{1}, removed));
    const std::uint64_t moment = ranges.moment();
    REQUIRE(ranges.put(14 * kPage, 15 * kPage, StackId{2}, removed));
    removed = 0;
    REQUIRE(ranges.remove(10 * kPage, 20 * kPage, moment, removed));
    CHECK(removed == 9 * kPage);
    CHECK(rows(ranges) == std::vector<Row>{{{14, 15}, 2}});
}

TEST_CASE("what is reserved becomes memory, and the other way round") {
    MappedRanges ranges;
    std::uint64_t removed = 0;
    std::uint64_t changed = 0;
    REQUIRE(ranges.put(10 * kPage, 20 * kPage, StackId::none, removed));
    CHECK(rows(ranges).empty());
    CHECK(ranges.state_at(10 * kPage) == State::reserved);
    CHECK(ranges.has_reserved(5 * kPage, 11 * kPage));
    CHECK_FALSE(ranges.has_reserved(5 * kPage, 10 * kPage));
    CHECK_FALSE(ranges.has_reserved(20 * kPage, 30 * kPage));
    REQUIRE(ranges.change(8 * kPage, 12 * kPage, StackId{1}, changed));
    CHECK(changed == 2 * kPage);
    REQUIRE(ranges.change(11 * kPage, 14 * kPage, StackId{2}, changed));
    CHECK(changed == 4 * kPage);
    CHECK(rows(ranges) == std::vector<Row>{{{10, 12}, 1}, {{12, 14}, 2}});
    REQUIRE(ranges.change(11 * kPage, 13 * kPage, StackId::none, changed));
    CHECK(changed == 6 * kPage);
    CHECK(rows(ranges) == std::vector<Row>{{{10, 11}, 1}, {{13, 14}, 2}});
    REQUIRE(ranges.remove(10 * kPage, 20 * kPage, MappedRanges::kAnyAge, removed));
    CHECK(removed == 2 * kPage);
    CHECK(ranges.state_at(19 * kPage) == State::unknown);
}

TEST_CASE("cleared ranges are gone and can come again") {
    MappedRanges ranges;
    std::uint64_t removed = 0;
    for (std::uintptr_t number = 0; number < 10'000; ++number) {
        REQUIRE(
            ranges.put((2 * number + 1) * kPage, (2 * number + 2) * kPage, StackId{1}, removed));
    }
    CHECK(rows(ranges).size() == 10'000);
    ranges.clear();
    CHECK(rows(ranges).empty());
    CHECK(ranges.state_at(kPage) == State::unknown);
    REQUIRE(ranges.put(kPage, 2 * kPage, StackId{3}, removed));
    CHECK(rows(ranges) == std::vector<Row>{{{1, 2}, 3}});
    CHECK(removed == 0);
}

TEST_CASE("ranges agree with a plain model through random calls") {
    struct Shape {
        std::uintptr_t space;
        std::uintptr_t longest;
        int calls;
    };
    for (const Shape shape : {Shape{64, 20, 60'000}, Shape{4000, 5, 120'000},
                              Shape{40'000, 3, 150'000}, Shape{3000, 900, 20'000}}) {
        MappedRanges ranges;
        PlainModel model;
        std::mt19937_64 random(shape.space);
        std::uint64_t clock = 0;
        std::uint64_t moment = MappedRanges::kAnyAge;
        const std::uintptr_t base = kFirst / kPage;
        bool agree = true;
        for (int call = 0; call < shape.calls && agree; ++call) {
            const std::uintptr_t start = base + random() % shape.space;
            const std::uintptr_t end = start + 1 + random() % shape.longest;
            std::uint64_t removed = 0;
            std::uint64_t expected = 0;
            const std::uint64_t choice = random() % 16;
            if (choice == 0) {
                moment = ranges.moment();
                agree = moment == ++clock;
            } else if (choice < 9) {
                const auto stack = static_cast<std::uint32_t>(random() % 4);
                expected = model.remove(start, end, MappedRanges::kAnyAge);
                model.put(start, end, stack, clock);
                agree = ranges.put(start * kPage, end * kPage, StackId{stack}, removed);
            } else if (choice < 11) {
                const auto stack = static_cast<std::uint32_t>(random() % 3);
                expected = model.change(start, end, stack);
                agree = ranges.change(start * kPage, end * kPage, StackId{stack}, removed);
            } else {
                const std::uint64_t before = choice < 13 ? moment : MappedRanges::kAnyAge;
                expected = model.remove(start, end, before);
                agree = ranges.remove(start * kPage, end * kPage, before, removed);
            }
            agree = agree && removed == expected &&
                    ranges.state_at(start * kPage) == model.state_at(start) &&
                    (call % 5000 != 0 || rows(ranges) == model.rows());
        }
        CHECK(agree);
        CHECK(rows(ranges) == model.rows());
    }
}

}  // namespace tracemalloc::preload
