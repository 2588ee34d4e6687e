// SPDX-License-Identifier: MIT
#include "analyzer/export/massif.h"

#include "tests/support/catch.h"
#include "tests/unit/export/sample_heap.h"

using namespace tracemalloc::analyze;

TEST_CASE("each snapshot has its time, its total and its callers") {
    FrameTable table;
    const Snapshot first = sample::heap(table, 0x5000'0000, 3);
    Snapshot second = sample::heap(table, 0x5000'0000, 0);
    second.info.unix_ns += 1'000'000'000;
    second.traces.erase(second.traces.begin());
    ExportOptions options;
    options.tool = "tmtool";
    CHECK(sample::exported(ExportFormat::massif, {table, {&first, &second}}, options) ==
          R"(desc: tmtool
cmd: /opt/program
time_unit: ms
#-----------
snapshot=0
#-----------
time=2500
mem_heap_B=307
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=detailed
n1: 307 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n1: 307 0x1100: grow<int> (a;b.c:5)
  n0: 307 0x1100: main (main.c:9)
#-----------
snapshot=1
#-----------
time=3500
mem_heap_B=7
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=detailed
n1: 7 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n1: 7 0x1100: grow<int> (a;b.c:5)
  n0: 7 0x1100: main (main.c:9)
)");
}

TEST_CASE("what is below one percent is summed in one line") {
    FrameTable table;
    Snapshot snapshot;
    sample::add(snapshot, table, {sample::frame(table, "/a.c", 1, "big")}, 10'000, 1);
    sample::add(snapshot, table, {sample::frame(table, "/a.c", 2, "one")}, 10, 1);
    sample::add(snapshot, table, {sample::frame(table, "/a.c", 3, "two")}, 5, 1);
    const std::string text = sample::exported(ExportFormat::massif, {table, {&snapshot}}, {});
    CHECK(text.find("n2: 10015 (heap") != std::string::npos);
    CHECK(text.find(" n0: 10000 0x0: big (a.c:1)\n") != std::string::npos);
    CHECK(text.find(" n0: 15 in 2 places, all below massif's threshold (1.00%)\n") !=
          std::string::npos);
}
