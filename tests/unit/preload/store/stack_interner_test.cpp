// SPDX-License-Identifier: MIT
#include "tests/unit/preload/store/interned_stack.h"

#include <memory>

#include "common/dump_format.h"
#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

/// A different stack for each number, of 1 to 40 frames, many with common ends.
Frames make_stack(std::uint32_t number) {
    Frames frames(1 + number % 40, 0x4000);
    frames.front() += number;
    frames.back() += number / 40;
    return frames;
}

}  // namespace

TEST_CASE("the same stack has the same id, another one another") {
    const auto stacks = std::make_unique<StackInterner>();
    CHECK(stacks->size() == 0);
    const StackId first = intern(*stacks, Frames{1, 2, 3}, 0);
    CHECK(first != StackId::none);
    CHECK(intern(*stacks, Frames{1, 2, 3}, 0) == first);
    CHECK(intern(*stacks, Frames{3, 2, 1}, 0) != first);
    CHECK(intern(*stacks, Frames{1, 2}, 0) != first);
    CHECK(intern(*stacks, Frames{1, 2, 3, 4}, 0) != first);
    CHECK(stacks->size() == 4);
    CHECK(frames_of(*stacks, first) == Frames{1, 2, 3});
    CHECK(stacks->record(first).flags == 0);
}

TEST_CASE("a cut stack is not the whole one with the same frames") {
    const auto stacks = std::make_unique<StackInterner>();
    const StackId whole = intern(*stacks, Frames{1, 2}, 0);
    const StackId cut = intern(*stacks, Frames{1, 2}, dump::kCutByLimit);
    const StackId lost = intern(*stacks, Frames{1, 2}, dump::kCutByUnwinder);
    CHECK(whole != cut);
    CHECK(cut != lost);
    CHECK(intern(*stacks, Frames{1, 2}, dump::kCutByLimit) == cut);
    CHECK(stacks->record(cut).flags == dump::kCutByLimit);
}

TEST_CASE("the deepest stack there is fits") {
    const auto stacks = std::make_unique<StackInterner>();
    Frames deep(512);
    for (std::size_t at = 0; at < deep.size(); ++at) {
        deep[at] = at * at + 1;
    }
    const StackId id = intern(*stacks, deep, dump::kCutByLimit);
    CHECK(frames_of(*stacks, id) == deep);
    CHECK(intern(*stacks, deep, dump::kCutByLimit) == id);
}

TEST_CASE("ids and records stay while the interner grows to 200,000 stacks") {
    constexpr std::uint32_t kStacks = 200'000;
    const auto stacks = std::make_unique<StackInterner>();
    const StackRecord* const early = &stacks->record(intern(*stacks, make_stack(0), 0));
    bool is_right = true;
    for (std::uint32_t number = 1; number < kStacks; ++number) {
        is_right = is_right && intern(*stacks, make_stack(number), 0) == StackId{number + 1};
    }
    CHECK(stacks->size() == kStacks);
    for (std::uint32_t number = 0; number < kStacks; ++number) {
        is_right = is_right && intern(*stacks, make_stack(number), 0) == StackId{number + 1};
    }
    for (std::uint32_t number = 0; number < kStacks; number += 13) {
        is_right = is_right && frames_of(*stacks, StackId{number + 1}) == make_stack(number);
    }
    CHECK(is_right);
    CHECK(stacks->size() == kStacks);
    CHECK(&stacks->record(StackId{1}) == early);
}

TEST_CASE("stacks whose hashes collide are told apart by depth, flags and every frame") {
    constexpr std::uint64_t kHash = 0x1234'5678'9abc'def0;
    const auto stacks = std::make_unique<StackInterner>();
    std::vector<std::pair<Frames, std::uint16_t>> all;
    for (std::uintptr_t differs = 0; differs < 8; ++differs) {
        Frames frames = {1, 2, 3, 4, 5, 6, 7, 8};
        frames[differs] = 99;
        all.emplace_back(frames, std::uint16_t{0});
    }
    all.emplace_back(Frames{1, 2, 3}, std::uint16_t{0});
    all.emplace_back(Frames{1, 2, 3}, std::uint16_t{dump::kCutByLimit});
    all.emplace_back(Frames{1, 2, 3, 4}, std::uint16_t{0});
    for (const int pass : {1, 2}) {
        std::uint32_t number = 0;
        for (const auto& [frames, flags] : all) {
            INFO("pass " << pass);
            CHECK(stacks->intern({frames, flags, kHash}) == StackId{++number});
        }
    }
    CHECK(frames_of(*stacks, StackId{11}) == Frames{1, 2, 3, 4});
}

TEST_CASE("hashes that agree only in what the index keeps do not confuse it") {
    const auto stacks = std::make_unique<StackInterner>();
    const Frames frames = {1, 2, 3};
    const Frames others = {1, 2, 4};
    const StackId one = stacks->intern({frames, 0, 0xffff'ffff'ff00'0001});
    const StackId other = stacks->intern({others, 0, 0xffff'ffff'ff00'0002});
    CHECK(one != other);
    CHECK(stacks->intern({frames, 0, 0xffff'ffff'ff00'0001}) == one);
    CHECK(stacks->intern({others, 0, 0xffff'ffff'ff00'0002}) == other);
}

TEST_CASE("a stack keeps only the frames that its anchor does not have") {
    const auto stacks = std::make_unique<StackInterner>();
    StackAnchor anchor;
    const StackId whole = intern_at(*stacks, anchor, {1, 2, 3, 4, 5}, 100);
    CHECK(stacks->record(whole).anchor() == StackId::none);
    CHECK(anchor.id == static_cast<std::uint32_t>(whole));
    CHECK(anchor.place == 100);

    const StackId newer = intern_at(*stacks, anchor, {1, 2, 3, 9}, 100);
    CHECK(stacks->record(newer).anchor() == whole);
    CHECK(stacks->record(newer).own_frames().size() == 1);
    CHECK(frames_of(*stacks, newer) == Frames{1, 2, 3, 9});

    // Called from deeper, so that the limit cuts older frames off.
    const StackId deeper = intern_at(*stacks, anchor, {3, 4, 5, 6, 7}, 102);
    CHECK(stacks->record(deeper).anchor() == whole);
    CHECK(stacks->record(deeper).own_frames().size() == 2);
    CHECK(frames_of(*stacks, deeper) == Frames{3, 4, 5, 6, 7});

    // All of it is the anchor's.
    const StackId part = intern_at(*stacks, anchor, {2, 3}, 101);
    CHECK(stacks->record(part).own_frames().empty());
    CHECK(frames_of(*stacks, part) == Frames{2, 3});

    // Anchors are never chained: whoever is stored against one leaves that one.
    CHECK(anchor.id == static_cast<std::uint32_t>(whole));
    CHECK(anchor.place == 100);
}

TEST_CASE("a stack is the same one whatever anchor it is looked for with") {
    const auto stacks = std::make_unique<StackInterner>();
    StackAnchor anchor;
    const StackId whole = intern_at(*stacks, anchor, {1, 2, 3, 4}, 0);
    const StackId stack = intern_at(*stacks, anchor, {1, 2, 3, 8}, 0);
    const StackId other = intern_at(*stacks, anchor, {7, 7, 7, 7}, 0);
    for (const StackAnchor& with :
         {StackAnchor{}, StackAnchor{1, 0}, StackAnchor{1, 2}, StackAnchor{3, 0},
          StackAnchor{3, ~std::size_t{0}}, StackAnchor{2, 1}}) {
        StackAnchor used = with;
        CHECK(intern_at(*stacks, used, {1, 2, 3, 8}, 0) == stack);
        CHECK(used.id == static_cast<std::uint32_t>(whole));
        CHECK(intern_at(*stacks, used, {7, 7, 7, 7}, 0) == other);
        CHECK(used.id == static_cast<std::uint32_t>(other));
    }
    CHECK(stacks->size() == 3);
}

TEST_CASE("an anchor that has little in common with a stack gives way to it") {
    const auto stacks = std::make_unique<StackInterner>();
    StackAnchor anchor;
    static_cast<void>(intern_at(*stacks, anchor, {1, 2, 3, 4}, 0));
    const StackId other = intern_at(*stacks, anchor, {1, 5, 6, 7}, 0);
    CHECK(stacks->record(other).anchor() == StackId::none);
    CHECK(anchor.id == static_cast<std::uint32_t>(other));
    // The frames before the anchor's first are nowhere.
    const StackId older = intern_at(*stacks, anchor, {9, 1, 5, 6}, static_cast<std::size_t>(-1));
    CHECK(stacks->record(older).anchor() == StackId::none);
    CHECK(frames_of(*stacks, older) == Frames{9, 1, 5, 6});
}

TEST_CASE("common frames outlive the anchor's retirement, and are looked at for the stack's own") {
    const auto stacks = std::make_unique<StackInterner>();
    StackAnchor anchor;
    const StackId whole = intern_at(*stacks, anchor, {1, 2, 3, 100}, 0);
    const StackId beside = intern_at(*stacks, anchor, {1, 2, 3, 4}, 0);
    stacks->retire(5, [](std::uintptr_t address) { return address == 100; });
    CHECK(stacks->record(whole).retired == 5);
    CHECK(stacks->record(beside).retired == 0);
    CHECK(intern_at(*stacks, anchor, {1, 2, 3, 4}, 0) == beside);
    stacks->retire(6, [](std::uintptr_t address) { return address == 2; });
    CHECK(stacks->record(beside).retired == 6);
    CHECK(frames_of(*stacks, beside) == Frames{1, 2, 3, 4});
}

TEST_CASE("a stack through unloaded code is retired and never found again") {
    const auto stacks = std::make_unique<StackInterner>();
    const StackId through = intern(*stacks, Frames{1, 100, 2}, 0);
    const StackId beside = intern(*stacks, Frames{1, 2}, 0);
    const auto is_gone = [](std::uintptr_t address) { return address == 100; };
    stacks->retire(5, is_gone);
    CHECK(stacks->record(through).retired == 5);
    CHECK(stacks->record(beside).retired == 0);
    CHECK(frames_of(*stacks, through) == Frames{1, 100, 2});

    const StackId again = intern(*stacks, Frames{1, 100, 2}, 0);
    CHECK(again != through);
    CHECK(intern(*stacks, Frames{1, 100, 2}, 0) == again);
    CHECK(intern(*stacks, Frames{1, 2}, 0) == beside);

    stacks->retire(9, is_gone);
    CHECK(stacks->record(through).retired == 5);
    CHECK(stacks->record(again).retired == 9);
}

TEST_CASE("retired stacks stay retired when the index grows") {
    const auto stacks = std::make_unique<StackInterner>();
    for (std::uint32_t number = 0; number < 1000; ++number) {
        static_cast<void>(intern(*stacks, make_stack(number), 0));
    }
    stacks->retire(2, [](std::uintptr_t) { return true; });
    for (std::uint32_t number = 1000; number < 20'000; ++number) {
        static_cast<void>(intern(*stacks, make_stack(number), 0));
    }
    CHECK(intern(*stacks, make_stack(3), 0) == StackId{20'001});
    CHECK(intern(*stacks, make_stack(1500), 0) == StackId{1501});
}

}  // namespace tracemalloc::preload
