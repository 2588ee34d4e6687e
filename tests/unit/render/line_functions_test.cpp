// SPDX-License-Identifier: MIT
#include "analyzer/render/line_functions.h"

#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

TEST_CASE("a line is named after the function that holds most of it") {
    FrameTable table;
    Snapshot snapshot;
    const Frame outer = frame(table, "/a.c", 9, "main");
    sample::add(snapshot, table, {frame(table, "/a.c", 3, "small"), outer}, 10, 1);
    sample::add(snapshot, table, {frame(table, "/a.c", 3, "large"), outer}, 10, 2);
    Frame key = frame(table, "/a.c", 3, "", "");
    const FrameId line = table.intern(key);
    key.lineno = 9;
    const FrameId caller = table.intern(key);
    const FrameId lines[] = {line, caller};

    LineFunctions recent(table, lines);
    recent.learn(snapshot, true, Cumulative::no);
    CHECK(recent.named(line).function.text() == "large");
    CHECK_FALSE(recent.named(caller).function.is_known());

    LineFunctions cumulative(table, lines);
    cumulative.learn(snapshot, true, Cumulative::yes);
    CHECK(cumulative.named(caller).function.text() == "main");
    CHECK(cumulative.named(caller).lineno == 9);
}
