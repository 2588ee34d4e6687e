// SPDX-License-Identifier: MIT
#include "analyzer/export/pprof.h"

#include "analyzer/export/pprof_encoder.h"
#include "tests/support/catch.h"
#include "tests/unit/export/sample_heap.h"

using namespace tracemalloc::analyze;

TEST_CASE("a sample for each traceback and size, at addresses of the process") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    const PprofProfile profile = make_pprof({table, {&snapshot}}, {});
    REQUIRE(profile.samples.size() == 2);
    CHECK(profile.samples[0].objects == 3);
    CHECK(profile.samples[0].bytes == 300);
    CHECK(profile.samples[0].block_size == 100);
    CHECK(profile.samples[1].bytes == 7);
    // The wrapper is left out, and then both have one place.
    CHECK(profile.samples[0].locations == std::vector<std::size_t>{0});
    CHECK(profile.samples[1].locations == std::vector<std::size_t>{0});
    REQUIRE(profile.locations.size() == 1);
    CHECK(profile.locations[0].address == 0x5000'0000 + sample::kMainOffset);
    REQUIRE(profile.locations[0].lines.size() == 2);
    CHECK(profile.functions[profile.locations[0].lines[0].function].name == "grow<int>");
    CHECK(profile.locations[0].lines[1].line == 9);
    CHECK(profile.duration_ns == 2'500'000'000);
}

TEST_CASE("raw profiles keep the wrapper as the leaf") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    ExportOptions options;
    options.attributed = false;
    const PprofProfile profile = make_pprof({table, {&snapshot}}, options);
    REQUIRE(profile.locations.size() == 2);
    CHECK(profile.samples[0].locations == std::vector<std::size_t>{0, 1});
    CHECK(profile.functions[profile.locations[0].lines[0].function].name == "xmalloc");
}

TEST_CASE("the first mapping is the program's executable piece, with what is known of it") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    const PprofProfile profile = make_pprof({table, {&snapshot}}, {});
    REQUIRE(profile.mappings.size() == 1);
    const PprofMapping& mapping = profile.mappings[0];
    CHECK(mapping.path == "/opt/program");
    CHECK(mapping.build_id == "00ff");
    CHECK(mapping.start == 0x5000'1000);
    CHECK(mapping.limit == 0x5000'3000);
    CHECK(mapping.file_offset == 0x1000);
    CHECK((mapping.has_functions && mapping.has_filenames && mapping.has_lines));
    CHECK(mapping.has_inlined);
}

TEST_CASE("a base is subtracted wherever it was loaded") {
    FrameTable table;
    const Snapshot older = sample::heap(table, 0x7000'0000, 5);
    const Snapshot newer = sample::heap(table, 0x5000'0000, 3);
    ExportedHeap heap{table, {&newer}};
    heap.base = &older;
    const PprofProfile profile = make_pprof(heap, {});
    REQUIRE(profile.samples.size() == 1);  // the block of 7 bytes is in both
    CHECK(profile.samples[0].objects == -2);
    CHECK(profile.samples[0].bytes == -200);
    CHECK(profile.mappings.size() == 1);
}

TEST_CASE("another build of the same path is another mapping") {
    FrameTable table;
    Snapshot older = sample::heap(table, 0x5000'0000, 3);
    older.modules[1].build_id = "01";
    const Snapshot newer = sample::heap(table, 0x5000'0000, 3);
    ExportedHeap heap{table, {&newer}};
    heap.base = &older;
    const PprofProfile profile = make_pprof(heap, {});
    CHECK(profile.mappings.size() == 2);
    CHECK(profile.samples.size() == 4);
}

TEST_CASE("an address outside all modules has a mapping of its own") {
    FrameTable table;
    Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    snapshot.addresses[1].module = CodeAddress::kNoModule;
    const PprofProfile profile = make_pprof({table, {&snapshot}}, {});
    REQUIRE(profile.mappings.size() == 2);
    CHECK(profile.mappings[1].path == "[unknown]");
    CHECK(profile.locations[0].mapping == 1);
}

TEST_CASE("values of a sampled heap are already scaled up, and say so") {
    FrameTable table;
    Snapshot snapshot = sample::heap(table, 0x5000'0000, 1000);
    snapshot.info.sampling = {100, false};
    for (Trace& trace : snapshot.traces) {
        trace.mean_bytes = 100;
    }
    const PprofProfile profile = make_pprof({table, {&snapshot}}, {});
    REQUIRE(profile.samples.size() == 2);
    CHECK(profile.samples[0].objects == 1582);  // 1000 / (1 - 1/e)
    CHECK(profile.samples[0].bytes == 158'198);
    CHECK(profile.samples[1].objects == 15);  // 1 / (1 - e^-0.07), and what 1582 left over
    CHECK(profile.comments.back() ==
          "estimated from 1,001 sampled blocks, one for each 100 B on average");
}

TEST_CASE("sampled blocks in both dumps of a difference cancel") {
    FrameTable table;
    Snapshot older = sample::heap(table, 0x7000'0000, 5);
    Snapshot newer = sample::heap(table, 0x5000'0000, 6);
    for (Snapshot* snapshot : {&older, &newer}) {
        for (Trace& trace : snapshot->traces) {
            trace.mean_bytes = 100;
        }
    }
    ExportedHeap heap{table, {&newer}};
    heap.base = &older;
    const PprofProfile profile = make_pprof(heap, {});
    REQUIRE(profile.samples.size() == 1);
    CHECK(profile.samples[0].objects == 2);  // 1.58
    CHECK(profile.samples[0].bytes == 158);
}

TEST_CASE("an empty heap is a profile too") {
    FrameTable table;
    const Snapshot snapshot;
    CHECK_FALSE(encode_pprof(make_pprof({table, {&snapshot}}, {})).empty());
}
