// SPDX-License-Identifier: MIT
#include "analyzer/save/dump_encoder.h"

#include <algorithm>
#include <filesystem>
#include <span>

#include "analyzer/load/dump_reader.h"
#include "analyzer/load/mapped_file.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

RawSnapshot decode(const std::string& bytes) {
    // A dump is read at an address that is a multiple of 8.
    std::vector<std::uint64_t> aligned(bytes.size() / 8 + 1);
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(aligned.data()));
    const auto all = std::as_bytes(std::span(aligned)).first(bytes.size());
    return read_dump(DumpView("encoded", all));
}

}  // namespace

TEST_CASE("what was read of a real dump is the same after it was written again") {
    std::size_t dumps = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(TM_GOLDEN_DUMPS)) {
        if (entry.path().extension() != ".bin") {
            continue;
        }
        ++dumps;
        CAPTURE(entry.path().string());
        const MappedFile file(entry.path().string());
        const RawSnapshot raw = read_dump(DumpView(entry.path().string(), file.bytes()));
        const std::string once = encode_dump(raw);
        const RawSnapshot again = decode(once);
        CHECK(encode_dump(again) == once);
        CHECK(again.info.command_line == raw.info.command_line);
        CHECK(again.info.traced_bytes == raw.info.traced_bytes);
        CHECK(again.info.cut_tracebacks == raw.info.cut_tracebacks);
        CHECK(again.info.losses == raw.info.losses);
        CHECK(again.stack_addresses == raw.stack_addresses);
        CHECK(again.frame_texts.size() == raw.frame_texts.size());
        REQUIRE(again.traces.size() == raw.traces.size());
        for (std::size_t at = 0; at < raw.traces.size(); ++at) {
            CHECK(again.traces[at].size == raw.traces[at].size);
            CHECK(again.traces[at].count == raw.traces[at].count);
        }
        REQUIRE(again.modules.size() == raw.modules.size());
        for (std::size_t at = 0; at < raw.modules.size(); ++at) {
            CHECK(again.modules[at].build_id == raw.modules[at].build_id);
            CHECK(again.modules[at].segments.size() == raw.modules[at].segments.size());
        }
    }
    CHECK(dumps > 0);
}

TEST_CASE("births survive, whatever the order of the traces") {
    RawSnapshot raw;
    raw.reason = tracemalloc::dump::SnapshotReason::exit;
    raw.stacks = {{}, {}};
    raw.traces = {{0, 1, 8, 2}, {0, 0, 16, 3}, {0, 0, 4, 1}};
    CHECK_FALSE(decode(encode_dump(raw)).births.is_known());
    raw.births.epochs = {{3, true, 5}, {0, false, 6}, {2, false, 7}};
    raw.births.rows = {{0, 0, 2}, {1, 0, 1}, {1, 2, 2}, {2, 1, 1}};
    const RawSnapshot again = decode(encode_dump(raw));
    CHECK(again.births.rows == std::vector<Birth>{{0, 1, 1}, {1, 0, 1}, {1, 2, 2}, {2, 0, 2}});
    REQUIRE(again.births.epochs.size() == 3);
    CHECK(again.births.epochs[0].inherited);
    CHECK(again.births.epochs[2].snapshots == 2);
    CHECK(again.births.epochs[2].start_unix_ns == 7);
}

TEST_CASE("traffic and calls survive, and that there were none") {
    RawSnapshot raw;
    raw.reason = tracemalloc::dump::SnapshotReason::exit;
    raw.stacks = {{}, {}, {}};
    CHECK_FALSE(decode(encode_dump(raw)).traffic);
    raw.traffic.emplace();
    CHECK(decode(encode_dump(raw)).traffic->empty());
    raw.traffic = {{0, 3, 40, 1, 8}, {2, 1, 0, 1, 0}};
    raw.calls = {{1, 3}, {9, 1}};
    const RawSnapshot again = decode(encode_dump(raw));
    REQUIRE(again.traffic->size() == 2);
    CHECK(again.traffic->front().temporary_size == 8);
    CHECK(again.traffic->back().traceback == 2);
    CHECK(again.traffic->back().temporary_count == 1);
    REQUIRE(again.calls.size() == 2);
    CHECK(again.calls[1].function == 9);
    CHECK(again.calls[1].count == 1);
}

TEST_CASE("unreachable blocks survive, and that there were none") {
    RawSnapshot raw;
    raw.reason = tracemalloc::dump::SnapshotReason::exit;
    raw.stacks = {{}, {}};
    raw.traces = {{0, 1, 8, 4}, {0, 0, 16, 5}, {0, 0, 8, 2}};
    CHECK_FALSE(decode(encode_dump(raw)).info.leaks_known);
    raw.info.leaks_known = true;
    CHECK(decode(encode_dump(raw)).info.leaks_known);
    raw.traces[0].unreachable_direct = 3;
    raw.traces[2].unreachable_indirect = 2;
    const RawSnapshot again = decode(encode_dump(raw));
    REQUIRE(again.traces.size() == 3);
    CHECK(again.traces[0].unreachable_indirect == 2);
    CHECK(again.traces[1].unreachable_direct == 0);
    CHECK(again.traces[2].unreachable_direct == 3);
}

TEST_CASE("sources and an empty heap survive") {
    RawSnapshot raw;
    raw.reason = tracemalloc::dump::SnapshotReason::merged;
    raw.info.sources = {{7, 2, 3, 4, "/bin/a", "host", {100, 5}}};
    const RawSnapshot again = decode(encode_dump(raw));
    REQUIRE(again.info.sources.size() == 1);
    CHECK(again.info.sources[0].pid == 7);
    CHECK(again.info.sources[0].host == "host");
    CHECK(again.info.sources[0].total.count == 5);
    CHECK(again.info.reason == "merged");
    CHECK(again.traces.empty());
}

TEST_CASE("sample rates survive") {
    RawSnapshot raw;
    raw.info.sampling = {524288, true};
    raw.stacks = {{0, 0, false, false}, {0, 0, false, false}};
    raw.traces = {{0, 0, 8, 1}, {0, 1, 8, 2}};
    raw.rates = {{1, 4096}};
    const RawSnapshot again = decode(encode_dump(raw));
    REQUIRE(again.info.sampling);
    CHECK(again.info.sampling->mean_bytes == 524288);
    CHECK(again.info.sampling->adaptive);
    REQUIRE(again.rates.size() == 1);
    CHECK(again.rates[0].stack == 1);
    CHECK(again.rates[0].mean_bytes == 4096);
    REQUIRE(again.traces.size() == 2);
    CHECK(again.traces[0].mean_bytes == 0);
    CHECK(again.traces[1].mean_bytes == 4096);
    raw.info.sampling.reset();
    raw.rates.clear();
    CHECK_FALSE(decode(encode_dump(raw)).info.sampling);
}

TEST_CASE("domains and tags survive") {
    RawSnapshot raw;
    raw.stacks = {{0, 0, false, false}, {0, 0, false, false}, {0, 0, false, false}};
    raw.traces = {{0, 0, 8, 1}, {3, 1, 8, 2}, {0, 2, 8, 3}};
    raw.labels = {{1, 3, ""}, {2, 0, "cache"}};
    const RawSnapshot again = decode(encode_dump(raw));
    REQUIRE(again.labels.size() == 2);
    CHECK(again.labels[0].stack == 1);
    CHECK(again.labels[0].domain == 3);
    CHECK(again.labels[0].tag.empty());
    CHECK(again.labels[1].tag == "cache");
    REQUIRE(again.traces.size() == 3);
    CHECK(again.traces[1].domain == 3);
    CHECK(again.traces[2].domain == 0);
}
