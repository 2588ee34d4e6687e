// SPDX-License-Identifier: MIT
#include "analyzer/embed_frames.h"

#include <cstring>
#include <vector>

#include "analyzer/frame_source.h"
#include "analyzer/load/dump_reader.h"
#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

using analyze::DumpView;
using analyze::FrameTable;
using analyze::RawSnapshot;
using analyze::SymbolizedAddress;

namespace {

constexpr std::uint32_t kLaterKind = 4000;

/// At an address as views want it.
std::vector<std::byte> full_copy(const std::vector<std::byte>& file) {
    const DumpView view("x.bin", file);
    FrameTable table;
    const std::string bytes = analyze::embed_frames(
        view, analyze::find_frames(analyze::read_dump(view), table, {}), table);
    std::vector<std::byte> copy(bytes.size());
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    return copy;
}

DumpSections later_sections() {
    DumpSections sections = make_sample().sections();
    sections[kLaterKind] = {{1, 2, 3}, 1};
    return sections;
}

}  // namespace

TEST_CASE("a full copy has a frame for every address, and the same frames") {
    const std::vector<std::byte> file = assemble(later_sections());
    const std::vector<std::byte> copy = full_copy(file);
    FrameTable table;
    const DumpView old_view("x.bin", file);
    const RawSnapshot old_raw = analyze::read_dump(old_view);
    const DumpView new_view("x.bin", copy);
    const RawSnapshot new_raw = analyze::read_dump(new_view);
    const auto expected = analyze::find_frames(old_raw, table, {}).addresses;
    const auto found = analyze::find_frames(new_raw, table, {}).addresses;
    REQUIRE(found.size() == expected.size());
    std::vector<bool> has_frame(found.size());
    for (const auto& frame : new_raw.frames) {
        has_frame[frame.address] = true;
    }
    for (std::size_t at = 0; at < found.size(); ++at) {
        CHECK(has_frame[at]);
        CHECK(found[at].frames == expected[at].frames);
        CHECK(found[at].rung == expected[at].rung);
    }
}

TEST_CASE("sections are copied as they are, and names only put behind the strings") {
    const std::vector<std::byte> file = assemble(later_sections());
    const std::vector<std::byte> copy = full_copy(file);
    const DumpView old_view("x.bin", file);
    const DumpView new_view("x.bin", copy);
    REQUIRE(old_view.sections().size() == new_view.sections().size());
    for (std::size_t at = 0; at < old_view.sections().size(); ++at) {
        const dump::Section& section = old_view.sections()[at];
        INFO("section " << section.kind);
        REQUIRE(new_view.sections()[at].kind == section.kind);
        const auto old_bytes = old_view.content(section);
        auto new_bytes = new_view.content(new_view.sections()[at]);
        if (section.kind == static_cast<std::uint32_t>(dump::SectionKind::strings)) {
            REQUIRE(new_bytes.size() >= old_bytes.size());
            new_bytes = new_bytes.first(old_bytes.size());
        }
        if (section.kind != static_cast<std::uint32_t>(dump::SectionKind::frames)) {
            CHECK(std::vector(new_bytes.begin(), new_bytes.end()) ==
                  std::vector(old_bytes.begin(), old_bytes.end()));
        }
    }
}

TEST_CASE("a full dump is its own full copy") {
    const std::vector<std::byte> full = full_copy(assemble(later_sections()));
    CHECK(full_copy(full) == full);
}

TEST_CASE("a dump without a frames section gets one") {
    DumpBuilder builder;
    builder.add_block(builder.add_stack({builder.add_address(0x10)}), 8, 1);
    const std::vector<std::byte> copy = full_copy(builder.build());
    const DumpView view("x.bin", copy);
    REQUIRE(view.frames().size() == 1);
    CHECK(view.frames()[0].function.offset == dump::kNone);
    CHECK(view.frames()[0].filename.offset == dump::kNone);
}

TEST_CASE("frames that the dump carries are taken as they are, with mapped paths") {
    RawSnapshot raw;
    raw.modules.emplace_back().path = "/no/such/a.so";
    raw.addresses = {{0x10, 0, true}, {0x20, 0, true}, {0x30, 0, true}};
    raw.frame_texts = {"inner()", "/build/a.c", "outer()"};
    raw.frames = {
        {1, 0, 1, 7, true}, {1, 2, dump::kNone, 0, false}, {2, dump::kNone, dump::kNone, 0, false}};
    analyze::SymbolizeOptions options;
    options.path_map = {{"/build", "/home"}};
    FrameTable table;
    const auto found = analyze::find_frames(raw, table, options);
    CHECK(found.warnings.size() == 1);  // of the first address, which the dump does not know
    const SymbolizedAddress& named = found.addresses[1];
    REQUIRE(named.frames.size() == 2);
    CHECK(table[named.frames[0]].filename.text() == "/home/a.c");
    CHECK(table[named.frames[0]].function.text() == "inner()");
    CHECK(table[named.frames[0]].inlined);
    CHECK(table[named.frames[0]].module.text() == "/no/such/a.so");
    CHECK_FALSE(table[named.frames[1]].filename.is_known());
    CHECK(named.rung == analyze::SymbolRung::source_line);
    CHECK(table[found.addresses[2].frames[0]].offset == 0x30);
    CHECK(found.addresses[2].rung == analyze::SymbolRung::module_offset);
}

}  // namespace tracemalloc::test
