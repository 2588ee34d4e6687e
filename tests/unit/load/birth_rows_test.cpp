// SPDX-License-Identifier: MIT
#include "analyzer/load/birth_rows.h"

#include "analyzer/load/block_addresses.h"
#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

using analyze::Birth;
using dump::SectionKind;

namespace {

/// Two blocks of one row, three of the next; three epochs, the first of them the parent's.
DumpBuilder family() {
    DumpBuilder builder;
    builder.add_stack({builder.add_address(0x1000)});
    builder.add_block(0, 8, 2);
    builder.add_block(0, 16, 3);
    builder.add_epoch(4, dump::kInherited, 100);
    builder.add_epoch(0, 0, 200);
    builder.add_epoch(2, 0, 300);
    return builder;
}

std::string births_error(std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
    DumpSections sections = family().sections();
    sections[static_cast<std::uint32_t>(SectionKind::births)] = packed_rows(count, numbers);
    return error_of(assemble(sections));
}

/// Of five blocks, a step apart: two of 8 bytes, then three of 16.
std::string block_births_error(std::uint64_t count, const std::vector<std::uint64_t>& epochs) {
    DumpSections sections = family().sections();
    const auto at = [&](SectionKind kind) -> SectionBytes& {
        return sections[static_cast<std::uint32_t>(kind)];
    };
    at(SectionKind::births) = packed_rows(4, {0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 2});
    at(SectionKind::block_addresses) =
        packed_rows(5, {16, 0, 8, 16, 0, 8, 16, 0, 16, 16, 0, 16, 16, 0, 16});
    at(SectionKind::block_births) = packed_rows(count, epochs);
    return error_of(assemble(sections));
}

std::string error_without(SectionKind kind) {
    DumpSections sections = family().sections();
    const auto set = [&](SectionKind of, const SectionBytes& bytes) {
        sections[static_cast<std::uint32_t>(of)] = bytes;
    };
    set(SectionKind::births, packed_rows(2, {0, 0, 2, 1, 0, 3}));
    set(SectionKind::block_addresses,
        packed_rows(5, {16, 0, 8, 16, 0, 8, 16, 0, 16, 16, 0, 16, 16, 0, 16}));
    set(SectionKind::block_births, packed_rows(5, {0, 0, 0, 0, 0}));
    sections.erase(static_cast<std::uint32_t>(kind));
    return error_of(assemble(sections));
}

}  // namespace

TEST_CASE("births say which blocks of a row were born in which epoch") {
    DumpBuilder builder = family();
    builder.add_birth(0, 0, 1);
    builder.add_birth(0, 2, 1);
    builder.add_birth(1, 1, 3);
    const std::vector<std::byte> file = builder.build();
    const analyze::RawSnapshot raw = analyze::read_dump(analyze::DumpView("x.bin", file));
    CHECK(raw.births.rows == std::vector<Birth>{{0, 0, 1}, {0, 2, 1}, {1, 1, 3}});
    REQUIRE(raw.births.epochs.size() == 3);
    CHECK(raw.births.epochs[0].inherited);
    CHECK(raw.births.epochs[0].snapshots == 4);
    CHECK_FALSE(raw.births.epochs[2].inherited);
    CHECK(raw.births.epochs[2].snapshots == 2);
    CHECK(raw.births.epochs[2].start_unix_ns == 300);
}

TEST_CASE("a dump without births tells of none") {
    const std::vector<std::byte> file = make_sample().build();
    CHECK_FALSE(analyze::read_dump(analyze::DumpView("x.bin", file)).births.is_known());
}

TEST_CASE("births that break a rule") {
    const std::string section = "x.bin: births section: ";
    CHECK(births_error(2, {0, 0, 2, 1, 0, 3}).empty());
    CHECK(births_error(1, {0, 0, 2}) == section + "does not hold all blocks");
    CHECK(births_error(0, {}) == section + "does not hold all blocks");
    CHECK(births_error(2, {0, 0, 2, 1, 0, 2}) == section + "does not hold all blocks");
    CHECK(births_error(2, {0, 0, 1, 1, 0, 3}) ==
          section + "record 1: the block row before has more blocks");
    CHECK(births_error(1, {1, 0, 3}) == section + "record 0: leaves a block row out");
    CHECK(births_error(2, {0, 0, 2, 2, 0, 3}) == section + "record 1: leaves a block row out");
    CHECK(births_error(3, {0, 0, 2, 1, 0, 3, 1, 0, 1}) ==
          section + "record 2: its block row does not exist");
    CHECK(births_error(2, {0, 0, 1, 0, 0, 1}) ==
          section + "record 1: repeats a block row and epoch");
    CHECK(births_error(1, {0, 3, 2}) == section + "record 0: its epoch does not exist");
    CHECK(births_error(2, {0, 1, 1, 0, 2, 1}) == section + "record 1: its epoch does not exist");
    CHECK(births_error(2, {0, 1, 1, 0, ~0ULL, 1}) ==
          section + "record 1: its epoch does not exist");
    CHECK(births_error(1, {0, 0, 0}) == section + "record 0: stands for no block");
    CHECK(births_error(1, {0, 0, 3}) == section + "record 0: its block row has fewer blocks");
    CHECK(births_error(2, {0, 0, 1, 0, 1, 2}) ==
          section + "record 1: its block row has fewer blocks");
    CHECK(births_error(1, {0, 0, 2, 1}) == section + "bytes follow its last record");
    CHECK(births_error(1, {0, 0}) == section + "1 records do not fit its 2 bytes");
}

TEST_CASE("block births are the births one by one") {
    const std::string section = "x.bin: block births section: ";
    CHECK(block_births_error(5, {1, 0, 2, 1, 2}).empty());
    CHECK(block_births_error(5, {0, 1, 1, 1, 1}) == section + "record 3: is not among the births");
    CHECK(block_births_error(5, {0, 1, 3, 1, 1}) == section + "record 2: its epoch does not exist");
    CHECK(block_births_error(4, {0, 1, 1, 1}) == section + "is not one record for each block");
    CHECK(block_births_error(5, {0, 1, 1, 2, 2, 0}) == section + "bytes follow its last record");
    CHECK(block_births_error(6, {0, 1}) == section + "6 records do not fit its 2 bytes");
}

TEST_CASE("births, epochs and block births come together") {
    CHECK(error_without(SectionKind::losses).empty());
    CHECK(error_without(SectionKind::births) == "x.bin: epochs section: comes without births");
    CHECK(error_without(SectionKind::epochs) == "x.bin: births section: comes without epochs");
    CHECK(error_without(SectionKind::block_addresses) ==
          "x.bin: block births section: comes without block addresses");
    CHECK(error_without(SectionKind::block_births).empty());
}

TEST_CASE("epochs are in order") {
    DumpBuilder late = family();
    late.add_epoch(2, 0, 400);
    late.add_birth(0, 0, 2);
    late.add_birth(1, 0, 3);
    CHECK(error_of(late.build()) == "x.bin: epochs section: record 3: not sorted by snapshots");
    DumpBuilder mixed = family();
    mixed.add_epoch(3, dump::kInherited, 400);
    mixed.add_birth(0, 0, 2);
    mixed.add_birth(1, 0, 3);
    CHECK(error_of(mixed.build()) ==
          "x.bin: epochs section: record 3: inherited, after one of the process itself");
}

}  // namespace tracemalloc::test
