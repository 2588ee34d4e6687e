// SPDX-License-Identifier: MIT
#include "analyzer/load/dump_reader.h"

#include "common/loss_reason.h"
#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

TEST_CASE("everything in a dump is read") {
    const std::vector<std::byte> file = make_sample().build();
    const analyze::DumpView view("x.bin", file);
    const analyze::RawSnapshot raw = analyze::read_dump(view);

    REQUIRE(raw.modules.size() == 2);
    CHECK(raw.modules[0].path == "/bin/sample");
    CHECK(raw.modules[0].load_bias == 0x10000);
    CHECK(raw.modules[0].segments.size() == 2);
    CHECK(raw.modules[1].segments.size() == 1);
    CHECK(raw.modules[1].build_id.empty());

    REQUIRE(raw.addresses.size() == 4);
    CHECK(raw.addresses[0].module == 1);
    CHECK(raw.addresses[0].lookup() == 0x200ff);
    CHECK(raw.addresses[3].module == dump::kNone);
    CHECK(raw.addresses[3].lookup() == 0x99999);

    REQUIRE(raw.traces.size() == 4);
    CHECK(raw.traces[1].traceback == 0);
    CHECK(raw.traces[1].size == 16);
    CHECK(raw.traces[1].count == 2);
    CHECK(raw.traces[3].traceback == 2);
    CHECK(raw.traces[3].size == 1000);

    REQUIRE(raw.frames.size() == 3);
    CHECK(raw.frame_texts[raw.frames[0].function] == "inner");
    CHECK(raw.frame_texts[raw.frames[1].filename] == "/src/leaf.c");
    CHECK(raw.frames[0].inlined);
    CHECK(raw.frames[1].lineno == 20);
    CHECK(raw.frames[2].function == dump::kNone);
}

TEST_CASE("the facts of a snapshot are read alike with and without its traces") {
    const std::vector<std::byte> file = make_sample().build();
    const analyze::DumpView view("x.bin", file);
    for (const analyze::SnapshotInfo& info :
         {analyze::read_dump(view).info, analyze::read_info(view)}) {
        CHECK(info.dump_path == "x.bin");
        CHECK(info.pid == 42);
        CHECK(info.exe == "/bin/sample");
        CHECK(info.command_line == std::vector<std::string>{"sample", "--fast", ""});
        CHECK(info.session.empty());
        CHECK(info.reason == "exit");
        CHECK(info.consistent);
        CHECK(info.traced_bytes == 5040);
        CHECK(info.traced_blocks == 11);
        CHECK(info.cut_tracebacks == 1);
        CHECK(info.unfinished_tracebacks == 1);
        REQUIRE(info.losses.size() == 2);
        CHECK(info.losses[0].first == loss_text(1));
        CHECK(info.losses[0].second == 7);
        CHECK(info.losses[1].first == "losses of reason 999");
    }
}

TEST_CASE("a dump of nothing is a dump") {
    const std::vector<std::byte> file = DumpBuilder().build();
    const analyze::DumpView view("x.bin", file);
    const analyze::RawSnapshot raw = analyze::read_dump(view);
    CHECK(raw.traces.empty());
    CHECK(raw.info.command_line.empty());
}

TEST_CASE("a reason of a later version is shown by number") {
    DumpBuilder builder;
    builder.snapshot.reason = static_cast<dump::SnapshotReason>(99);
    const std::vector<std::byte> file = builder.build();
    CHECK(analyze::read_info(analyze::DumpView("x.bin", file)).reason == "reason 99");
}

TEST_CASE("the signal that ended the process is told as far as it is known") {
    DumpBuilder builder;
    CHECK(!analyze::read_info(analyze::DumpView("x.bin", builder.build())).crash);
    builder.snapshot.reason = dump::SnapshotReason::crash;
    builder.add_crash({11, 1, 0x10, 43, 0, dump::kHasAddress, 0});
    const std::vector<std::byte> file = builder.build();
    const analyze::SnapshotInfo info = analyze::read_info(analyze::DumpView("x.bin", file));
    CHECK(info.reason == "crash");
    REQUIRE(info.crash);
    CHECK(info.crash->signal == "SIGSEGV");
    CHECK(info.crash->address == 0x10U);
    CHECK(!info.crash->sender);

    SECTION("twice or by a signal that does not exist is damage") {
        builder.add_crash({11, 1, 0x10, 43, 0, dump::kHasAddress, 0});
        CHECK(error_of(builder.build()).find("does not hold one record") != std::string::npos);
        DumpBuilder other;
        other.add_crash({65, 0, 0, 43, 0, 0, 0});
        CHECK(error_of(other.build()).find("there is no such signal") != std::string::npos);
    }
}

}  // namespace tracemalloc::test
