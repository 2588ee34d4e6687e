// SPDX-License-Identifier: MIT
#include "analyzer/query/file_use.h"

#include "tests/support/catch.h"
#include "tests/unit/query/trace_set.h"

namespace tracemalloc::test {

using analyze::FileUse;
using analyze::FrameView;
using analyze::Total;

namespace {

std::vector<std::string> found(const TraceSet& traces, const FrameTable& table,
                               std::string_view wanted) {
    std::vector<std::string> names;
    for (const analyze::Name name : find_source_files(traces.snapshot, table, wanted)) {
        names.emplace_back(name.text());
    }
    return names;
}

}  // namespace

TEST_CASE("a file is meant by its path or the end of it, at whole names") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(1, 1, {traces.place("/src/lib/a.c", 1), traces.place("/src/a.c", 2)});
    traces.add(1, 1, {traces.place("/src/extra.c", 1), traces.place("a.c", 3)});
    CHECK(found(traces, table, "lib/a.c") == std::vector<std::string>{"/src/lib/a.c"});
    CHECK(found(traces, table, "./lib/a.c") == std::vector<std::string>{"/src/lib/a.c"});
    CHECK(found(traces, table, "/src/a.c") == std::vector<std::string>{"/src/a.c"});
    CHECK(found(traces, table, "a.c") == std::vector<std::string>{"a.c"});
    CHECK(found(traces, table, "src/a.c") == std::vector<std::string>{"/src/a.c"});
    CHECK(found(traces, table, "tra.c").empty());
    CHECK(found(traces, table, "").empty());
}

TEST_CASE("several files of one name are all found") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(1, 1, {traces.place("/x/a.c", 1), traces.place("/y/a.c", 2)});
    CHECK(found(traces, table, "a.c") == std::vector<std::string>{"/x/a.c", "/y/a.c"});
}

TEST_CASE("a line holds what it allocates, and with its calls each block once") {
    FrameTable table;
    TraceSet traces(table);
    const FrameId leaf = traces.place("/s/a.c", 5);
    const FrameId recursive = traces.place("/s/a.c", 9);
    const FrameId main = traces.place("/s/main.c", 1);
    traces.add(100, 2, {leaf, recursive, recursive, main});
    traces.add(10, 1, {recursive, main});
    traces.add(7, 1, {main});
    const FileUse use =
        use_of_file(traces.snapshot, table, table.name("/s/a.c"), FrameView::attributed);
    REQUIRE(use.lines.size() == 2);
    CHECK(use.lines[0].lineno == 5);
    CHECK(use.lines[0].own == Total{200, 2});
    CHECK(use.lines[0].cumulative == Total{200, 2});
    CHECK(use.lines[1].own == Total{10, 1});
    CHECK(use.lines[1].cumulative == Total{210, 3});
    CHECK(use.own == Total{210, 3});
    CHECK(use.cumulative == Total{210, 3});
}

TEST_CASE("frames set aside count in the raw view only") {
    FrameTable table;
    TraceSet traces(table);
    traces.add(8, 1, {traces.place("/s/new.h", 3), traces.place("/s/a.c", 5)}, 1);
    const analyze::Name header = table.name("/s/new.h");
    CHECK(use_of_file(traces.snapshot, table, header, FrameView::attributed).lines.empty());
    CHECK(use_of_file(traces.snapshot, table, header, FrameView::raw).own == Total{8, 1});
}

}  // namespace tracemalloc::test
