// SPDX-License-Identifier: MIT
#include "analyzer/render/place.h"

#include "analyzer/render/terminal_text.h"
#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;
using sample::frame;

namespace {

const Palette kPlain(false);

std::string fitted(const Frame& frame, std::size_t width, GroupBy grouping = GroupBy::traceback) {
    return fit_place(place_of(frame, grouping), width, kPlain);
}

}  // namespace

TEST_CASE("a place is named by the best that is known") {
    FrameTable table;
    CHECK(full_place(frame(table, "/a.c", 3, "fill")) == "/a.c:3 fill");
    CHECK(full_place(frame(table, "/a.c", 0, "fill")) == "/a.c fill");
    CHECK(full_place(frame(table, "", 0, "fill")) == "/opt/program fill");
    CHECK(full_place(frame(table, "", 0, "", "")) == "?");
    Frame bare = frame(table, "", 0, "");
    bare.offset = 0x1f0;
    CHECK(full_place(bare) == "/opt/program+0x1f0");
    Frame inlined = frame(table, "/a.c", 3, "fill");
    inlined.inlined = true;
    CHECK(full_place(inlined) == "/a.c:3 fill [inlined]");
    CHECK(full_place(frame(table, "/a\n.c", 3, "f")) == "/a\\x0a.c:3 f");
}

TEST_CASE("a grouping shows what its key keeps") {
    FrameTable table;
    Frame module;
    module.module = table.name("/lib/libc.so");
    CHECK(fitted(module, 80, GroupBy::module) == "/lib/libc.so");
    CHECK(fitted(module, 80, GroupBy::filename) == "/lib/libc.so");
    CHECK(fitted(module, 80, GroupBy::lineno) == "/lib/libc.so+0x0");
    const Frame function = frame(table, "/a.c", 0, "fill");
    CHECK(fitted(function, 80, GroupBy::function) == "fill  /a.c");
}

TEST_CASE("a place fits its column and keeps file and line") {
    FrameTable table;
    const Frame deep = frame(table, "/usr/include/c++/12/bits/new_allocator.h", 137,
                             "std::__new_allocator<int>::allocate(unsigned long, void const*)");
    for (std::size_t width = 20; width < 120; ++width) {
        const std::string text = fitted(deep, width);
        CHECK(display_width(text) <= width);
        CHECK(text.find("new_allocator.h:137") != std::string::npos);
    }
    CHECK(fitted(deep, 5) == "new_allocator.h:137");
    Frame inlined = deep;
    inlined.inlined = true;
    CHECK(display_width(fitted(inlined, 60)) <= 60);
    CHECK(fitted(inlined, 60).find("[inlined]") != std::string::npos);
}

TEST_CASE("colour adds no width and changes no text") {
    FrameTable table;
    const Place place = place_of(frame(table, "/a.c", 3, "fill"), GroupBy::traceback);
    CHECK(fit_place(place, 80, Palette(true)) == "/a.c:3  \x1b[36mfill\x1b[0m");
    CHECK(fit_place(place, 80, Palette(true), Tone::faint) ==
          "\x1b[2m/a.c:3\x1b[0m  \x1b[2mfill\x1b[0m");
}
