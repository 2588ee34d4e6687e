// SPDX-License-Identifier: MIT
#include "analyzer/export/pprof.h"

#include "analyzer/export/pprof_encoder.h"
#include "analyzer/query/project_metric.h"
#include "tests/support/catch.h"
#include "tests/unit/export/sample_heap.h"

using namespace tracemalloc::analyze;

TEST_CASE("a sample for each traceback and size, at addresses of the process") {
    FrameTable table;
    const Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    const PprofProfile profile = make_pprof({table, {&snapshot}}, {});
    REQUIRE(profile.samples.size() == 2);
    CHECK(profile.samples[0].values[0] == 3);
    CHECK(profile.samples[0].values[1] == 300);
    CHECK(profile.samples[0].block_size == 100);
    CHECK(profile.samples[1].values[1] == 7);
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
    CHECK(profile.samples[0].values[0] == -2);
    CHECK(profile.samples[0].values[1] == -200);
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
    CHECK(profile.samples[0].values[0] == 1582);  // 1000 / (1 - 1/e)
    CHECK(profile.samples[0].values[1] == 158'198);
    CHECK(profile.samples[1].values[0] == 15);  // 1 / (1 - e^-0.07), and what 1582 left over
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
    CHECK(profile.samples[0].values[0] == 2);  // 1.58
    CHECK(profile.samples[0].values[1] == 158);
}

TEST_CASE("an empty heap is a profile too") {
    FrameTable table;
    const Snapshot snapshot;
    CHECK_FALSE(encode_pprof(make_pprof({table, {&snapshot}}, {})).empty());
}

namespace {

std::vector<std::string> types_of(const PprofProfile& profile) {
    std::vector<std::string> types;
    for (const PprofType& type : profile.types) {
        types.emplace_back(std::string(type.name) + "/" + type.unit);
    }
    return types;
}

using Types = std::vector<std::string>;
using Values = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("with traffic there are four types, and stacks without a live block have zeros") {
    FrameTable table;
    Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
    snapshot.traces.pop_back();
    snapshot.traffic = {{0, 5, 510, 1, 100}, {1, 4, 28, 4, 28}};
    ExportOptions raw;
    raw.attributed = false;
    const PprofProfile profile = make_pprof({table, {&snapshot}}, raw);
    CHECK(types_of(profile) == Types{"alloc_objects/count", "alloc_space/bytes",
                                     "inuse_objects/count", "inuse_space/bytes"});
    CHECK(std::string(profile.types[profile.shown_first].name) == "inuse_space");
    REQUIRE(profile.samples.size() == 2);
    CHECK(profile.samples[0].values == Values{5, 510, 3, 300});
    CHECK(profile.samples[0].block_size == 102);
    CHECK(profile.samples[1].values == Values{4, 28, 0, 0});
    CHECK(profile.samples[1].block_size == 7);
}

TEST_CASE("a base without traffic leaves the live types alone") {
    FrameTable table;
    const Snapshot older = sample::heap(table, 0x7000'0000, 5);
    Snapshot newer = sample::heap(table, 0x5000'0000, 3);
    newer.traffic.emplace();
    ExportedHeap heap{table, {&newer}};
    CHECK(make_pprof(heap, {}).types.size() == 4);
    heap.base = &older;
    CHECK(types_of(make_pprof(heap, {})) == Types{"inuse_objects/count", "inuse_space/bytes"});
}

TEST_CASE("a metric of the traffic has types of its own, and what it ranks by is shown first") {
    FrameTable table;
    const auto profile_of = [&](Metric metric) {
        Snapshot snapshot = sample::heap(table, 0x5000'0000, 3);
        snapshot.traffic = {{0, 5, 511, 1, 100}};
        project_metric(snapshot, metric);
        return make_pprof({table, {&snapshot}}, {});
    };
    const PprofProfile calls = profile_of(Metric::calls);
    CHECK(types_of(calls) == Types{"alloc_objects/count", "alloc_space/bytes"});
    CHECK(calls.shown_first == 0);
    REQUIRE(calls.samples.size() == 1);  // two sizes next to the mean are one sample
    CHECK(calls.samples[0].values == Values{5, 511});
    CHECK(profile_of(Metric::allocated).shown_first == 1);
    CHECK(types_of(profile_of(Metric::temporary)) ==
          Types{"temporary_objects/count", "temporary_space/bytes"});
}
