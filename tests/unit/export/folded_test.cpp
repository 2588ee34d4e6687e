// SPDX-License-Identifier: MIT
#include "analyzer/export/folded.h"

#include <sstream>

#include "tests/support/catch.h"
#include "tests/unit/export/sample_heap.h"

using namespace tracemalloc::analyze;

TEST_CASE("equal stacks are one line, oldest frame first, wrappers left out") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    const ExportedHeap heap{table, {&snapshot}};
    ExportOptions options;
    CHECK(sample::exported(ExportFormat::folded, heap, options) == "main;grow<int> 307\n");
    options.measure = Measure::blocks;
    CHECK(sample::exported(ExportFormat::folded, heap, options) == "main;grow<int> 4\n");
    options.attributed = false;
    CHECK(sample::exported(ExportFormat::folded, heap, options) ==
          "main;grow<int> 1\nmain;grow<int>;xmalloc 3\n");
}

TEST_CASE("heaptrack's lines have files and end each frame with a semicolon") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    CHECK(sample::exported(ExportFormat::heaptrack, {table, {&snapshot}}, {}) ==
          "main (main.c);grow<int> (a:b.c); 307\n");
}

TEST_CASE("a base gives old and new numbers") {
    FrameTable table;
    const Snapshot older = sample::heap(table, 0x5000'0000, 1);
    const Snapshot newer = sample::heap(table, 0x7000'0000, 3);
    ExportedHeap heap{table, {&newer}};
    heap.base = &older;
    CHECK(sample::exported(ExportFormat::folded, heap, {}) == "main;grow<int> 107 307\n");
}

TEST_CASE("estimates are whole numbers that add up to the estimated sum") {
    FrameTable table;
    Snapshot snapshot;
    for (std::uint32_t line = 1; line <= 100; ++line) {
        sample::add(snapshot, table, {sample::frame(table, "/src/a.c", line, "")}, 64, 1);
        snapshot.traces.back().mean_bytes = 64;
    }
    ExportOptions options;
    options.measure = Measure::blocks;
    const std::string text = sample::exported(ExportFormat::folded, {table, {&snapshot}}, options);
    std::istringstream lines(text);
    std::string place;
    std::uint64_t sum = 0;
    for (std::uint64_t number = 0; lines >> place >> number; sum += number) {
        CHECK((number == 1 || number == 2));
    }
    CHECK(sum == 158);  // each of the hundred is 1.58
}

TEST_CASE("a frame without a function is named by its place") {
    FrameTable table;
    Snapshot snapshot;
    Frame bare = sample::frame(table, "", 0, "", "/usr/lib/libx.so");
    bare.offset = 0x10;
    sample::add(snapshot, table, {bare, sample::frame(table, "/src/a.c", 3, "")}, 8, 1);
    sample::add(snapshot, table, {Frame()}, 8, 1);
    CHECK(sample::exported(ExportFormat::folded, {table, {&snapshot}}, {}) ==
          "?+0x0 8\na.c:3;libx.so+0x10 8\n");
}
