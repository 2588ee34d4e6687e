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

TEST_CASE("blocks have the rate of their stack, and the facts are estimates then") {
    DumpBuilder builder;
    const std::uint32_t place = builder.add_address(0x1000);
    const std::uint32_t exact = builder.add_stack({place});
    const std::uint32_t sampled = builder.add_stack({place, place});
    builder.add_block(exact, 100, 2);
    builder.add_block(sampled, 0, 1);
    builder.add_block(sampled, 4096, 10);
    builder.add_rate(sampled, 4096);
    builder.set_sampling(8192, dump::kAdaptive);
    const std::vector<std::byte> file = builder.build();
    const analyze::RawSnapshot raw = analyze::read_dump(analyze::DumpView("x.bin", file));
    REQUIRE(raw.traces.size() == 3);
    CHECK(raw.traces[0].mean_bytes == 0);
    CHECK(raw.traces[1].mean_bytes == 4096);
    CHECK(raw.traces[2].mean_bytes == 4096);
    REQUIRE(raw.info.sampling);
    CHECK(raw.info.sampling->mean_bytes == 8192);
    CHECK(raw.info.sampling->adaptive);
    CHECK(raw.info.traced_bytes == 200 + 64798);  // 40960 / (1 - 1/e)
    CHECK(raw.info.traced_blocks == 2 + 4096 + 16);
}

TEST_CASE("estimates that do not fit 63 bits are refused") {
    const auto error_with_mean = [](std::uint64_t mean) {
        DumpBuilder builder;
        builder.add_block(builder.add_stack({builder.add_address(0x1000)}), 1, 1000);
        builder.add_rate(0, mean);
        builder.set_sampling(mean);
        return error_of(builder.build());
    };
    CHECK(error_with_mean(std::uint64_t{1} << 53).empty());
    CHECK(error_with_mean(std::uint64_t{1} << 54) ==
          "x.bin: sample rates section: the estimated sum of all blocks does not fit 63 bits");
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
