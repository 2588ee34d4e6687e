// SPDX-License-Identifier: MIT
#include "preload/store/label_table.h"

#include <memory>
#include <string>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

LabelId label(LabelTable& table, std::uint32_t domain, std::string_view tag) {
    LabelId id = LabelId::none;
    REQUIRE(table.intern({domain, tag}, id));
    return id;
}

}  // namespace

TEST_CASE("A label is interned once") {
    const auto table = std::make_unique<LabelTable>();
    const LabelId first = label(*table, 3, "tag");
    CHECK(first != LabelId::none);
    CHECK(label(*table, 3, "tag") == first);
    CHECK(label(*table, 4, "tag") != first);
    CHECK(label(*table, 3, "tags") != first);
    CHECK(label(*table, 0, "tag") != first);
    CHECK((*table)[first].domain == 3);
    CHECK((*table)[first].tag() == "tag");
    CHECK(table->size() == 4);
}

TEST_CASE("The heap without a tag has no label") {
    const auto table = std::make_unique<LabelTable>();
    CHECK(label(*table, 0, "") == LabelId::none);
    CHECK(table->size() == 0);
}

TEST_CASE("A tag has at most 47 bytes, and there are at most 4095 labels") {
    const auto table = std::make_unique<LabelTable>();
    LabelId id = LabelId::none;
    CHECK_FALSE(table->intern({0, std::string(48, 'x')}, id));
    CHECK(label(*table, 0, std::string(47, 'x')) != LabelId::none);
    for (std::uint32_t number = 2; number <= kMaxLabels; ++number) {
        REQUIRE(label(*table, number, "") == static_cast<LabelId>(number));
    }
    CHECK_FALSE(table->intern({1'000'000, ""}, id));
    CHECK(label(*table, 17, "") == static_cast<LabelId>(17));
}

TEST_CASE("A label is the oldest frame of its stack") {
    const std::uintptr_t label = frame_of(static_cast<LabelId>(kMaxLabels));
    const std::uintptr_t frames[] = {label, 0x1000, 0x2000};
    const std::span<const std::uintptr_t> all(frames);
    for (const std::size_t common : {0U, 1U, 2U, 3U}) {
        INFO("common " << common);
        const LabelledFrames labelled = split_label({all.first(common), all.subspan(common)});
        CHECK(labelled.label == static_cast<LabelId>(kMaxLabels));
        CHECK(labelled.frames.size() == 2);
        CHECK(labelled.frames[0] == 0x1000);
        CHECK(labelled.frames.back() == 0x2000);
    }
    const std::uintptr_t plain[] = {0x1000, 0xffff'ffff'ff60'0000};  // the second: vsyscall
    CHECK(split_label({{}, plain}).label == LabelId::none);
    CHECK(split_label({{}, plain}).frames.size() == 2);
    CHECK(split_label({{}, std::span(plain).subspan(1)}).label == LabelId::none);
    CHECK(split_label({}).frames.empty());
}

}  // namespace tracemalloc::preload
