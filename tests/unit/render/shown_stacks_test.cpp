// SPDX-License-Identifier: MIT
#include "analyzer/render/shown_stacks.h"

#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

TEST_CASE("the largest traceback of a key stands for it") {
    FrameTable table;
    Snapshot snapshot;
    const Frame user = frame(table, "/a.c", 3, "fill");
    const Frame wrapper = frame(table, "/lib/alloc.h", 1, "allocate");
    sample::add(snapshot, table, {user}, 10, 1);
    sample::add(snapshot, table, {wrapper, user}, 10, 2).set_aside = 1;
    Frame key_frame = user;
    key_frame.module = Name();
    const std::vector<FrameId> key = {table.intern(key_frame)};
    const std::vector<FrameId> other = {table.intern(wrapper)};
    const std::vector<FrameId>* const keys[] = {&key, &other};

    const ShownStacks attributed(snapshot, table, true, keys);
    REQUIRE(attributed.find(key) != nullptr);
    CHECK(attributed.find(key)->set_aside == 1);
    CHECK(attributed.find(other) == nullptr);

    const ShownStacks raw(snapshot, table, false, keys);
    REQUIRE(raw.find(key) != nullptr);
    CHECK(raw.find(key)->frames.size() == 1);
}

TEST_CASE("an offset tells apart only what has neither file nor function") {
    FrameTable table;
    Snapshot snapshot;
    Frame bare = frame(table, "", 0, "");
    bare.offset = 16;
    Frame named = frame(table, "", 0, "strdup");
    named.offset = 32;
    sample::add(snapshot, table, {bare}, 1, 1);
    sample::add(snapshot, table, {named}, 1, 1);
    Frame elsewhere = bare;
    elsewhere.offset = 17;
    Frame named_key = named;
    named_key.offset = 0;
    const std::vector<FrameId> same = {table.intern(bare)};
    const std::vector<FrameId> different = {table.intern(elsewhere)};
    const std::vector<FrameId> function = {table.intern(named_key)};
    const std::vector<FrameId>* const keys[] = {&same, &different, &function};
    const ShownStacks stacks(snapshot, table, true, keys);
    CHECK(stacks.find(same) == &snapshot.tracebacks[0]);
    CHECK(stacks.find(different) == nullptr);
    CHECK(stacks.find(function) == &snapshot.tracebacks[1]);
}
