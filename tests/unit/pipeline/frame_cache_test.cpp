// SPDX-License-Identifier: MIT
#include "analyzer/frame_cache.h"

#include "analyzer/frame_source.h"
#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

/// Two addresses of a library that is not there: their frames are module and offset.
RawSnapshot snapshot_of(std::uint64_t load_bias) {
    RawSnapshot raw;
    RawModule module;
    module.path = "/no/such/library.so";
    module.build_id = "id";
    module.load_bias = load_bias;
    module.start = load_bias;
    module.end = load_bias + 0x10000;
    raw.modules.push_back(module);
    raw.addresses = {{load_bias + 0x101, 0, false}, {load_bias + 0x201, 0, false}};
    return raw;
}

void check_same(const Symbolization& found, const Symbolization& expected) {
    REQUIRE(found.addresses.size() == expected.addresses.size());
    for (std::size_t at = 0; at < found.addresses.size(); ++at) {
        CHECK(found.addresses[at].frames == expected.addresses[at].frames);
        CHECK(found.addresses[at].rung == expected.addresses[at].rung);
    }
}

}  // namespace

TEST_CASE("a cache answers as if it were not there, the first time and again") {
    FrameTable table;
    FrameCache cache;
    const RawSnapshot raw = snapshot_of(0x400000);
    const Symbolization expected = find_frames(raw, table, {});
    check_same(cache.find(raw, table, {}), expected);
    check_same(cache.find(raw, table, {}), expected);
}

TEST_CASE("what was met before needs no symbols, so it warns of nothing") {
    FrameTable table;
    FrameCache cache;
    RawSnapshot raw = snapshot_of(0x400000);
    cache.find(raw, table, {});
    CHECK(cache.find(raw, table, {}).warnings.empty());
    raw.addresses.push_back({0x400301, 0, false});
    check_same(cache.find(raw, table, {}), find_frames(raw, table, {}));
}

TEST_CASE("a module that was loaded elsewhere is another one") {
    FrameTable table;
    FrameCache cache;
    cache.find(snapshot_of(0x400000), table, {});
    const RawSnapshot moved = snapshot_of(0x400100);
    check_same(cache.find(moved, table, {}), find_frames(moved, table, {}));
}

}  // namespace tracemalloc::analyze
