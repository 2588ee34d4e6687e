// SPDX-License-Identifier: MIT
#include "analyzer/query/filter_traces.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using analyze::Filter;
using analyze::FrameView;

namespace {

Filter include(const char* pattern, std::optional<std::uint32_t> lineno = {},
               bool all_frames = false) {
    return {true, pattern, lineno, all_frames};
}

Filter exclude(const char* pattern, std::optional<std::uint32_t> lineno = {},
               bool all_frames = false) {
    return {false, pattern, lineno, all_frames};
}

/// The sizes of the traces that pass. Size 1: a.c:1 < main.c:9; 2: b.c:2 < main.c:9; 4: a.c:3 <
/// b.c:2, its first frame set aside; 8: no source, module lib.so.
std::vector<std::uint64_t> passing(const std::vector<Filter>& filters,
                                   FrameView view = FrameView::raw) {
    FrameTable table;
    TraceSet traces(table);
    const FrameId main = traces.place("main.c", 9);
    traces.add(1, 1, {traces.place("a.c", 1), main});
    traces.add(2, 1, {traces.place("b.c", 2), main});
    traces.add(4, 1, {traces.place("a.c", 3), traces.place("b.c", 2)}, 1);
    traces.add(8, 1, {traces.place(nullptr, 0, "f", "lib.so", 1)});
    analyze::filter_traces(traces.snapshot, table, filters, view);
    std::vector<std::uint64_t> sizes;
    for (const analyze::Trace& trace : traces.snapshot.traces) {
        sizes.push_back(trace.size);
    }
    return sizes;
}

using Sizes = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("without filters every trace passes") {
    CHECK(passing({}) == Sizes{1, 2, 4, 8});
}

TEST_CASE("one inclusive filter suffices, every exclusive one is needed") {
    CHECK(passing({include("a.c")}) == Sizes{1, 4});
    CHECK(passing({include("a.c"), include("b.c")}) == Sizes{1, 2, 4});
    CHECK(passing({exclude("a.c")}) == Sizes{2, 8});
    CHECK(passing({exclude("a.c"), exclude("b.c")}) == Sizes{8});
    CHECK(passing({include("?.c"), exclude("b*")}) == Sizes{1, 4});
}

TEST_CASE("a line narrows a filter") {
    CHECK(passing({include("a.c", 3)}) == Sizes{4});
    CHECK(passing({exclude("a.c", 3)}) == Sizes{1, 2, 8});
    CHECK(passing({include("*", 0)}) == Sizes{8});
}

TEST_CASE("a pattern is taken as it is written, that of compiled Python too") {
    CHECK(passing({include("a.cc")}).empty());
    CHECK(passing({include("a.pyc")}).empty());
    FrameTable table;
    TraceSet traces(table);
    traces.add(1, 1, {traces.place("a.py", 1)});
    traces.add(2, 1, {traces.place("a.pyc", 1)});
    analyze::filter_traces(traces.snapshot, table, {include("a.pyc")}, FrameView::raw);
    REQUIRE(traces.snapshot.traces.size() == 1);
    CHECK(traces.snapshot.traces[0].size == 2);
}

TEST_CASE("all frames: any one that matches") {
    CHECK(passing({include("main.c", {}, true)}) == Sizes{1, 2});
    CHECK(passing({exclude("main.c", {}, true)}) == Sizes{4, 8});
    CHECK(passing({include("b.c", 2, true)}) == Sizes{2, 4});
}

TEST_CASE("the most recent frame is that of the view") {
    CHECK(passing({include("b.c")}, FrameView::attributed) == Sizes{2, 4});
    CHECK(passing({include("a.c")}, FrameView::attributed) == Sizes{1});
    CHECK(passing({include("a.c", {}, true)}, FrameView::attributed) == Sizes{1, 4});
}

TEST_CASE("a frame without source is matched by its module") {
    CHECK(passing({include("lib*")}) == Sizes{8});
    CHECK(passing({exclude("*.so")}) == Sizes{1, 2, 4});
}

TEST_CASE("domains and tags are filters among the others") {
    FrameTable table;
    const auto passing_labels = [&](const std::vector<Filter>& filters) {
        TraceSet traces(table);
        traces.add(1, 1, {traces.place("a.c", 1)});
        traces.add(2, 1, {traces.place("a.c", 2)});
        traces.add(4, 1, {traces.place("b.c", 3)});
        traces.snapshot.tracebacks[1].domain = 7;
        traces.snapshot.tracebacks[2].domain = 7;
        traces.snapshot.tracebacks[2].tag = table.name("request");
        analyze::filter_traces(traces.snapshot, table, filters, FrameView::raw);
        std::uint64_t sizes = 0;
        for (const analyze::Trace& trace : traces.snapshot.traces) {
            sizes += trace.size;
        }
        return sizes;
    };
    const auto domain = [](std::uint32_t number, bool inclusive = true) {
        Filter filter;
        filter.inclusive = inclusive;
        filter.domain = number;
        return filter;
    };
    const auto tag = [](const char* pattern, bool inclusive = true) {
        Filter filter;
        filter.inclusive = inclusive;
        filter.tag_pattern = pattern;
        return filter;
    };
    CHECK(passing_labels({domain(7)}) == 6);
    CHECK(passing_labels({domain(0)}) == 1);
    CHECK(passing_labels({domain(7, false)}) == 1);
    CHECK(passing_labels({domain(0), domain(7)}) == 7);
    CHECK(passing_labels({domain(0), domain(0, false)}) == 0);
    CHECK(passing_labels({tag("req*")}) == 4);
    CHECK(passing_labels({tag("req*", false)}) == 3);
    CHECK(passing_labels({tag("")}) == 3);
    CHECK(passing_labels({domain(7), tag("*", false)}) == 0);
    CHECK(passing_labels({include("b.c"), domain(0)}) == 5);
    CHECK(passing_labels({exclude("a.c"), domain(7)}) == 4);

    const auto in_domain = [](Filter filter, std::uint32_t number) {
        filter.domain = number;
        return filter;
    };
    CHECK(passing_labels({in_domain(include("a.c"), 7)}) == 2);
    CHECK(passing_labels({in_domain(include("a.c", 1), 7)}) == 0);
    CHECK(passing_labels({in_domain(exclude("a.c"), 7)}) == 5);
    CHECK(passing_labels({in_domain(exclude("*"), 0)}) == 6);
    CHECK(passing_labels({in_domain(include("b.c"), 0), in_domain(include("a.c"), 0)}) == 1);
}

}  // namespace tracemalloc::test
