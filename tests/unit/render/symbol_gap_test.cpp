// SPDX-License-Identifier: MIT
#include "analyzer/render/symbol_gap.h"

#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

TEST_CASE("modules without lines are named by what they hold") {
    FrameTable table;
    Snapshot snapshot;
    sample::add(snapshot, table, {frame(table, "/a.c", 3, "fill")}, 100, 1);
    sample::add(snapshot, table, {frame(table, "", 0, "small", "/lib/small.so")}, 10, 1);
    sample::add(snapshot, table, {frame(table, "", 0, "large", "/lib/large.so")}, 10, 2);
    sample::add(snapshot, table, {frame(table, "", 0, "", "")}, 1, 1);
    sample::add(snapshot, table, {frame(table, "", 0, "empty", "/lib/empty.so")}, 0, 9);
    const SymbolGap gap = find_symbol_gap(snapshot, table, true);
    CHECK(gap.size == 31);
    CHECK(gap.total == 131);
    CHECK(gap.modules == std::vector<std::string>{"large.so", "small.so", "unknown memory"});
    CHECK(gap.is_noteworthy());
    CHECK(count_modules(snapshot, table) == 4);
}

TEST_CASE("frames set aside are not asked for their lines") {
    FrameTable table;
    Snapshot snapshot;
    const Frame wrapper = frame(table, "", 0, "g_malloc", "/lib/glib.so");
    sample::add(snapshot, table, {wrapper, frame(table, "/a.c", 3, "fill")}, 100, 1).set_aside = 1;
    CHECK(find_symbol_gap(snapshot, table, true).size == 0);
    CHECK(find_symbol_gap(snapshot, table, false).size == 100);
}

TEST_CASE("a small gap, or none, is not worth a line") {
    CHECK_FALSE(SymbolGap{0, 0, {}}.is_noteworthy());
    CHECK_FALSE(SymbolGap{0, 100, {}}.is_noteworthy());
    CHECK_FALSE(SymbolGap{99, 1000, {}}.is_noteworthy());
    CHECK(SymbolGap{100, 1000, {}}.is_noteworthy());
}
