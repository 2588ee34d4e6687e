// SPDX-License-Identifier: MIT
#include "analyzer/query/suppressions.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

using namespace tracemalloc::analyze;
using tracemalloc::test::TraceSet;

namespace {

/// Bytes left of a block of 10 whose stack is inner() in /src/a.c, called by outer() in libx.so.
std::uint64_t left_by(const char* pattern) {
    FrameTable table;
    TraceSet set(table);
    set.add(10, 1,
            {set.place("/src/a.c", 3, "inner(int[2])"),
             set.place(nullptr, 0, "outer", "/lib/libx.so")});
    Suppressions suppressions;
    suppressions.add(pattern, "f:1");
    suppressions.apply(set.snapshot, table);
    const std::uint64_t left = set.snapshot.total().size;
    CHECK(suppressions.all()[0].suppressed.size == 10 - left);
    return left;
}

}  // namespace

TEST_CASE("a pattern matches anywhere in function, file or module of any frame") {
    CHECK(left_by("inner") == 0);
    CHECK(left_by("nne") == 0);
    CHECK(left_by("a.c") == 0);
    CHECK(left_by("libx") == 0);
    CHECK(left_by("outer") == 0);
    CHECK(left_by("other") == 10);
}

TEST_CASE("stars and anchors") {
    CHECK(left_by("in*er") == 0);
    CHECK(left_by("^inner") == 0);
    CHECK(left_by("^nner") == 10);
    CHECK(left_by("oute$") == 10);
    CHECK(left_by("uter$") == 0);
    CHECK(left_by("^outer$") == 0);
    CHECK(left_by("^/lib/*.so$") == 0);
}

TEST_CASE("brackets and question marks are themselves") {
    CHECK(left_by("int[2]") == 0);
    CHECK(left_by("inner?") == 10);
}

TEST_CASE("the first suppression that matches has the credit") {
    FrameTable table;
    TraceSet set(table);
    set.add(10, 3, {set.place("/src/a.c", 3, "f")});
    set.add(5, 1, {set.place("/src/b.c", 3, "g")});
    Suppressions suppressions;
    suppressions.add("none", "f:1");
    suppressions.add("f", "f:2");
    suppressions.add("a.c", "f:3");
    suppressions.apply(set.snapshot, table);
    CHECK(set.snapshot.total().size == 5);
    CHECK(suppressions.all()[0].suppressed.count == 0);
    CHECK(suppressions.all()[1].suppressed.count == 3);
    CHECK(suppressions.all()[2].suppressed.count == 0);
}
