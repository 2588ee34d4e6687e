// SPDX-License-Identifier: MIT
#include "analyzer/merge/dump_merge.h"

#include <algorithm>
#include <map>

#include "analyzer/errors.h"
#include "tests/support/catch.h"

using namespace tracemalloc;
using namespace tracemalloc::analyze;

namespace {

/// A process of one program at `bias`: `count` blocks of 10 bytes at offset 0x100, called from
/// offset 0x200, and one of 5 bytes by code in no module.
RawSnapshot process(std::uint32_t pid, std::uint64_t bias, std::uint64_t count) {
    RawSnapshot raw;
    raw.info.pid = pid;
    raw.info.host = "h";
    raw.info.exe = "/bin/p";
    raw.info.traced_bytes = 10 * count + 5;
    raw.info.traced_blocks = count + 1;
    raw.info.peak_traced_bytes = 100;
    RawModule module;
    module.path = "/bin/p";
    module.build_id = "\x01\x02";
    module.load_bias = bias;
    module.start = bias;
    module.end = bias + 0x1000;
    module.segments = {{0, 0x1000, 0, 5}};
    raw.modules = {module};
    raw.addresses = {
        {bias + 0x100, 0, false}, {bias + 0x200, 0, false}, {0x77, dump::kNone, false}};
    raw.stack_addresses = {0, 1, 2};
    raw.stacks = {{0, 2, false, false}, {2, 1, false, true}};
    raw.traces = {{0, 0, 10, count}, {0, 1, 5, 1}};
    raw.losses = {{3, 2}};
    return raw;
}

RawSnapshot merge(std::initializer_list<RawSnapshot> dumps) {
    DumpMerge merge;
    for (const RawSnapshot& dump : dumps) {
        merge.add(dump);
    }
    return merge.take();
}

}  // namespace

TEST_CASE("equal stacks of processes loaded elsewhere are added up") {
    const RawSnapshot sum = merge({process(1, 0x1000'0000, 3), process(2, 0x7fff'0000'0000, 4)});
    REQUIRE(sum.traces.size() == 3);  // the code in no module is each process's own
    CHECK(sum.traces[0].size == 10);
    CHECK(sum.traces[0].count == 7);
    CHECK(sum.traces[1].count == 1);
    CHECK(sum.traces[2].count == 1);
    CHECK(sum.info.traced_bytes == 80);
    CHECK(sum.info.traced_blocks == 9);
    CHECK(sum.info.peak_traced_bytes == 200);
    CHECK(sum.info.exe == "/bin/p");
    CHECK(sum.info.pid == 0);
    CHECK(sum.info.sources.size() == 2);
    REQUIRE(sum.losses.size() == 1);
    CHECK(sum.losses[0].count == 4);
}

TEST_CASE("what was inherited at a fork stays told apart in the sum") {
    RawSnapshot child = process(1, 0x1000'0000, 3);
    child.info.forked_child = true;
    child.births.epochs = {{2, true, 50}, {0, false, 60}};
    child.births.rows = {{0, 0, 2}, {0, 1, 1}, {1, 0, 1}};
    const RawSnapshot sum = merge({child, process(2, 0x2000'0000, 4)});
    REQUIRE(sum.births.epochs.size() == 2);
    CHECK(sum.births.epochs[0].inherited);
    CHECK(sum.births.epochs[0].start_unix_ns == 50);
    CHECK_FALSE(sum.births.epochs[1].inherited);
    CHECK(sum.births.rows == std::vector<Birth>{{0, 0, 2}, {0, 1, 5}, {1, 0, 1}, {2, 1, 1}});

    SECTION("not of processes that were not forked") {
        CHECK_FALSE(merge({process(1, 0, 1), process(2, 0, 1)}).births.is_known());
    }
    SECTION("not where a forked child does not tell") {
        RawSnapshot silent = process(3, 0x3000'0000, 1);
        silent.info.forked_child = true;
        CHECK_FALSE(merge({child, silent}).births.is_known());
    }
}

TEST_CASE("traffic and calls are added up where every dump has them") {
    RawSnapshot first = process(1, 0x1000'0000, 3);
    RawSnapshot second = process(2, 0x7fff'0000'0000, 4);
    first.traffic = {{0, 5, 50, 2, 20}, {1, 1, 5, 0, 0}};
    first.calls = {{1, 6}};
    second.traffic = {{0, 7, 70, 1, 10}};
    second.calls = {{1, 5}, {9, 2}};
    const RawSnapshot sum = merge({first, second});
    REQUIRE(sum.traffic);
    REQUIRE(sum.traffic->size() == 2);
    CHECK(sum.traffic->front().count == 12);
    CHECK(sum.traffic->front().size == 120);
    CHECK(sum.traffic->front().temporary_count == 3);
    CHECK(sum.traffic->front().temporary_size == 30);
    CHECK(sum.traffic->back().size == 5);
    REQUIRE(sum.calls.size() == 2);
    CHECK(sum.calls[0].count == 11);
    CHECK(sum.calls[1].function == 9);

    second.traffic.reset();
    const RawSnapshot part = merge({first, second});
    CHECK_FALSE(part.traffic);
    CHECK(part.calls.empty());
}

TEST_CASE("sampled traffic is added up by size, where the rate is the same") {
    RawSnapshot first = process(1, 0x1000'0000, 3);
    RawSnapshot second = process(2, 0x7fff'0000'0000, 4);
    for (RawSnapshot* const dump : {&first, &second}) {
        dump->rates = {{0, 4096}};
        dump->info.sampling = Sampling{4096, false};
        dump->traffic = {{0, 2, 20, 1, 10, 4096}, {0, 1, 500, 0, 0, 4096}, {1, 1, 5, 0, 0}};
    }
    const RawSnapshot sum = merge({first, second});
    REQUIRE((sum.traffic && sum.traffic->size() == 4));  // what no file has is each one's own
    CHECK((*sum.traffic)[0].count == 4);
    CHECK((*sum.traffic)[0].size == 40);
    CHECK((*sum.traffic)[0].temporary_size == 20);
    CHECK((*sum.traffic)[0].mean_bytes == 4096);
    CHECK((*sum.traffic)[1].size == 1000);
    CHECK((*sum.traffic)[2].mean_bytes == 0);

    second.rates = {{0, 8192}};
    for (Traffic& one : *second.traffic) {
        one.mean_bytes *= 2;
    }
    CHECK(merge({first, second}).traffic->size() == 6);
}

TEST_CASE("unreachable blocks are added up where every dump knows them") {
    RawSnapshot first = process(1, 0x1000'0000, 3);
    RawSnapshot second = process(2, 0x7fff'0000'0000, 4);
    for (RawSnapshot* const dump : {&first, &second}) {
        dump->info.leaks_known = true;
        dump->traces[0].unreachable_direct = 2;
        dump->traces[0].unreachable_indirect = 1;
    }
    const RawSnapshot sum = merge({first, second});
    CHECK(sum.info.leaks_known);
    std::uint64_t direct = 0;
    std::uint64_t indirect = 0;
    for (const Trace& trace : sum.traces) {
        direct += trace.unreachable_direct;
        indirect += trace.unreachable_indirect;
    }
    CHECK(direct == 4);
    CHECK(indirect == 2);
    second.info.leaks_known = false;
    CHECK_FALSE(merge({first, second}).info.leaks_known);
}

TEST_CASE("an address keeps its offset in its module") {
    const RawSnapshot sum = merge({process(1, 0x1000'0000, 3), process(2, 0x2000'0000, 4)});
    const RawAddress& first = sum.addresses[sum.stack_addresses[0]];
    CHECK(first.address - sum.modules[first.module].load_bias == 0x100);
    CHECK(sum.modules[first.module].path == "/bin/p");
    for (const RawModule& one : sum.modules) {
        for (const RawModule& other : sum.modules) {
            const bool overlap = one.start < other.end && other.start < one.end;
            CHECK((&one == &other || !overlap));
        }
    }
}

TEST_CASE("another build of a program is never mixed with it") {
    RawSnapshot rebuilt = process(2, 0x1000'0000, 4);
    rebuilt.modules[0].build_id = "\x0a\xff";
    const RawSnapshot sum = merge({process(1, 0x1000'0000, 3), rebuilt});
    CHECK(sum.traces.size() == 4);
    std::vector<std::string> paths;
    for (const RawModule& module : sum.modules) {
        paths.push_back(module.path);
    }
    CHECK(std::count(paths.begin(), paths.end(), "/bin/p") == 1);
    CHECK(std::count(paths.begin(), paths.end(), "/bin/p (build 0aff)") == 1);
}

TEST_CASE("a stack that was cut is not the same as one that ends there") {
    RawSnapshot cut = process(2, 0x1000'0000, 4);
    cut.stacks[0].cut_by_limit = true;
    CHECK(merge({process(1, 0x1000'0000, 3), cut}).traces.size() == 4);
}

TEST_CASE("a process is not counted twice") {
    DumpMerge sum;
    sum.add(process(1, 0, 3));
    CHECK_THROWS_AS(sum.add(process(1, 0, 3)), OperationError);
}

TEST_CASE("equal stacks that were sampled at different rates stay apart") {
    RawSnapshot exact = process(1, 0x1000'0000, 3);
    RawSnapshot coarse = process(2, 0x2000'0000, 4);
    coarse.info.sampling = {4096, false};
    coarse.rates = {{0, 4096}};
    coarse.traces[0].mean_bytes = 4096;
    RawSnapshot fine = process(3, 0x3000'0000, 5);
    fine.info.sampling = {512, true};
    fine.rates = {{0, 512}};
    fine.traces[0].mean_bytes = 512;
    RawSnapshot alike = process(4, 0x4000'0000, 6);
    alike.info.sampling = {512, false};
    alike.rates = fine.rates;
    alike.traces[0].mean_bytes = 512;
    const RawSnapshot sum = merge({exact, coarse, fine, alike});
    std::map<std::uint64_t, std::uint64_t> counts;  // by rate
    for (const Trace& trace : sum.traces) {
        counts[trace.mean_bytes] += trace.size == 10 ? trace.count : 0;
    }
    CHECK(counts == std::map<std::uint64_t, std::uint64_t>{{0, 3}, {512, 11}, {4096, 4}});
    REQUIRE(sum.rates.size() == 2);
    CHECK(sum.rates[0].stack < sum.rates[1].stack);
    REQUIRE(sum.info.sampling);
    CHECK(sum.info.sampling->mean_bytes == 4096);
    CHECK(sum.info.sampling->adaptive);
}

TEST_CASE("equal stacks with different labels stay apart") {
    RawSnapshot one = process(1, 0x1000'0000, 3);
    one.labels = {{0, 7, "cache"}, {1, 0, "idle"}};
    one.traces[0].domain = 7;
    RawSnapshot two = process(2, 0x2000'0000, 4);
    two.labels = {{0, 7, "cache"}};
    two.traces[0].domain = 7;
    RawSnapshot three = process(3, 0x3000'0000, 5);
    three.labels = {{0, 7, "cach"}};
    three.traces[0].domain = 7;
    const RawSnapshot sum = merge({one, two, three, process(4, 0x4000'0000, 6)});
    std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> counts;
    for (const Trace& trace : sum.traces) {
        if (trace.size == 10) {
            const auto label =
                std::find_if(sum.labels.begin(), sum.labels.end(),
                             [&](const RawLabel& each) { return each.stack == trace.traceback; });
            counts[{trace.domain, label == sum.labels.end() ? "" : label->tag}] += trace.count;
        }
    }
    CHECK(counts == decltype(counts){{{7, "cache"}, 7}, {{7, "cach"}, 5}, {{0, ""}, 6}});
    REQUIRE(sum.labels.size() == 3);  // and the one of the code in no module
    CHECK(sum.labels[1].tag == "idle");
    CHECK(sum.labels[0].stack < sum.labels[1].stack);
    CHECK(sum.labels[1].stack < sum.labels[2].stack);
}

TEST_CASE("modules that do not fit the addresses are refused, not wrapped around") {
    RawSnapshot huge = process(1, 0, 3);
    huge.modules[0].end = huge.modules[0].start + (std::uint64_t{1} << 63U);
    RawSnapshot other = huge;
    other.info.pid = 2;
    other.modules[0].build_id = "\x0b";
    DumpMerge sum;
    sum.add(huge);
    CHECK_THROWS_AS(sum.add(other), OperationError);
    huge.modules[0].end = ~std::uint64_t{0};
    CHECK_THROWS_AS(DumpMerge().add(huge), OperationError);
}

TEST_CASE("a merged dump can be merged again") {
    const RawSnapshot two = merge({process(1, 0, 3), process(2, 0, 4)});
    const RawSnapshot three = merge({two, process(3, 0x4000, 5)});
    CHECK(three.info.sources.size() == 3);
    CHECK(three.info.traced_blocks == 15);
    CHECK(three.traces[0].count == 12);
}

TEST_CASE("what differs between the processes is left empty") {
    RawSnapshot other = process(2, 0, 1);
    other.info.exe = "/bin/q";
    other.info.consistent = false;
    const RawSnapshot sum = merge({process(1, 0, 1), other});
    CHECK(sum.info.exe.empty());
    CHECK(sum.info.host == "h");
    CHECK_FALSE(sum.info.consistent);
}

TEST_CASE("frames that dumps carry are carried on, once an address") {
    RawSnapshot one = process(1, 0, 1);
    one.frames = {{0, 0, 1, 12, false}};
    one.frame_texts = {"f", "/src/f.c"};
    RawSnapshot two = process(2, 0x9000, 1);
    two.frames = {{0, 1, 0, 12, false}};
    two.frame_texts = {"/src/f.c", "f"};
    const RawSnapshot sum = merge({one, two});
    REQUIRE(sum.frames.size() == 1);
    CHECK(sum.frame_texts[sum.frames[0].function] == "f");
    CHECK(sum.frame_texts[sum.frames[0].filename] == "/src/f.c");
}
