// SPDX-License-Identifier: MIT
#include "analyzer/attribution/attribute.h"

#include <initializer_list>

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

/// How many frames of a traceback are set aside. "w…" is a wrapper, "l…" lies in a library, "p…" in
/// the program, "h…" has no name and code that returns its block.
std::size_t set_aside(std::initializer_list<const char*> names) {
    FrameTable table;
    Traceback traceback;
    for (const char* const name : names) {
        Frame frame;
        frame.hands_on = name[0] == 'h';
        frame.function = frame.hands_on ? Name() : table.name(name);
        frame.offset = frame.hands_on ? static_cast<std::uint64_t>(name[1]) : 0;
        frame.module = table.name(name[0] == 'l' ? "/lib/libsystem.so" : "/bin/app");
        traceback.frames.push_back(table.intern(frame));
    }
    std::vector<Traceback> tracebacks{traceback};
    attribute(tracebacks, table, WrapperRules("function w*\nmodule libsystem.so\n"));
    return tracebacks[0].set_aside;
}

}  // namespace

TEST_CASE("leading wrappers and library frames are set aside") {
    CHECK(set_aside({"p1", "p2"}) == 0);
    CHECK(set_aside({"w1", "p1"}) == 1);
    CHECK(set_aside({"l1", "l2", "p1"}) == 2);
    CHECK(set_aside({"w1", "l1", "w2", "p1", "p2"}) == 3);
}

TEST_CASE("a wrapper behind a frame of the program stays") {
    CHECK(set_aside({"w1", "p1", "w2", "p2"}) == 1);
    CHECK(set_aside({"p1", "w1", "p2"}) == 0);
}

TEST_CASE("where every frame matches, library frames come back, or else the oldest stays") {
    CHECK(set_aside({"l1", "l2"}) == 0);
    CHECK(set_aside({"w1", "l1", "l2"}) == 1);
    CHECK(set_aside({"w1", "w2"}) == 1);
    CHECK(set_aside({"w1"}) == 0);
    CHECK(set_aside({"l1", "w1"}) == 0);
}

TEST_CASE("code that returns its block is set aside from the allocator's caller on") {
    CHECK(set_aside({"h1", "p1"}) == 1);
    CHECK(set_aside({"h1", "h2", "w1", "l1", "p1"}) == 4);
    CHECK(set_aside({"w1", "h1", "p1"}) == 1);
    CHECK(set_aside({"p1", "h1"}) == 0);
    CHECK(set_aside({"h1", "h2"}) == 1);
    CHECK(set_aside({"h1", "l1"}) == 1);
}

TEST_CASE("a traceback without frames is left alone") {
    CHECK(set_aside({}) == 0);
}

}  // namespace tracemalloc::analyze
