// SPDX-License-Identifier: MIT
#include "analyzer/load/dump_view.h"

#include <cstring>

#include "common/crc32.h"
#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

using dump::SectionKind;

namespace {

/// The header of a file, written back with a correct checksum.
template <typename Change>
std::vector<std::byte> with_header(std::vector<std::byte> file, Change change) {
    dump::Header header{};
    std::memcpy(&header, file.data(), sizeof(header));
    change(header);
    std::memcpy(file.data(), &header, sizeof(header));
    seal_header(file);
    return file;
}

/// The table of a file, written back with correct checksums.
template <typename Change>
std::vector<std::byte> with_table(std::vector<std::byte> file, Change change) {
    dump::Header header{};
    std::memcpy(&header, file.data(), sizeof(header));
    std::vector<dump::Section> table(header.section_count);
    const std::size_t bytes = table.size() * sizeof(dump::Section);
    std::memcpy(table.data(), file.data() + header.table_offset, bytes);
    change(table);
    std::memcpy(file.data() + header.table_offset, table.data(), bytes);
    return with_header(
        file, [&](dump::Header& sealed) { sealed.table_crc = crc32(table.data(), bytes); });
}

dump::Section& entry(std::vector<dump::Section>& table, SectionKind kind) {
    return *std::find_if(table.begin(), table.end(), [&](const dump::Section& section) {
        return section.kind == static_cast<std::uint32_t>(kind);
    });
}

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
    return {bytes, bytes + text.size()};
}

}  // namespace

TEST_CASE("a whole dump is accepted") {
    CHECK(error_of(make_sample().build()).empty());
}

TEST_CASE("what is no dump is told from what is a damaged one") {
    const std::vector<std::byte> whole = make_sample().build();
    CHECK(error_of({}) == "x.bin: header section: the file is empty");
    CHECK(error_of(bytes_of("hello, world\n")) == "x.bin: header section: not a tracemalloc dump");
    CHECK(error_of(bytes_of("h")) == "x.bin: header section: not a tracemalloc dump");
    CHECK(error_of({whole.begin(), whole.begin() + 20}) ==
          "x.bin: header section: truncated: the dump has 48 bytes, the file 20");
    CHECK(error_of({whole.begin(), whole.end() - 1}) ==
          "x.bin: header section: truncated: the dump has " + std::to_string(whole.size()) +
              " bytes, the file " + std::to_string(whole.size() - 1));
    std::vector<std::byte> longer = whole;
    longer.resize(longer.size() + 3);
    CHECK(error_of(longer) == "x.bin: header section: 3 bytes follow the end of the dump");
}

TEST_CASE("a newer version is named, with or without a checksum that we understand") {
    const auto newer = with_header(make_sample().build(), [](auto& header) { header.version = 2; });
    const std::string expected = "x.bin: header section: newer version 2; this tmtool reads 1";
    CHECK(error_of(newer) == expected);
    std::vector<std::byte> other_layout = newer;
    other_layout[40] = ~other_layout[40];
    CHECK(error_of(other_layout) == expected);
    const auto zero = with_header(make_sample().build(), [](auto& header) { header.version = 0; });
    CHECK(error_of(zero) == "x.bin: header section: damaged: wrong checksum");
}

TEST_CASE("the header is checked") {
    const std::vector<std::byte> whole = make_sample().build();
    std::vector<std::byte> flipped = whole;
    flipped[26] = ~flipped[26];
    CHECK(error_of(flipped) == "x.bin: header section: damaged: wrong checksum");
    CHECK(error_of(with_header(whole, [](auto& header) { header.header_bytes = 56; })) ==
          "x.bin: header section: damaged: wrong header size or reserved field");
    const std::string misplaced =
        "x.bin: table section: does not lie between the sections and the end marker";
    CHECK(error_of(with_header(whole, [](auto& header) { header.table_offset += 8; })) ==
          misplaced);
    CHECK(error_of(with_header(whole, [](auto& header) { header.table_offset = ~0ULL; })) ==
          misplaced);
    CHECK(error_of(with_header(whole, [](auto& header) { header.section_count = ~0U; })) ==
          misplaced);
}

TEST_CASE("the table and the end marker are checked") {
    std::vector<std::byte> no_marker = make_sample().build();
    no_marker.back() = std::byte{0};
    CHECK(error_of(no_marker) ==
          "x.bin: table section: no end marker: the dump was not written to its end");
    std::vector<std::byte> flipped = make_sample().build();
    flipped[flipped.size() - 9] = ~flipped[flipped.size() - 9];
    CHECK(error_of(flipped) == "x.bin: table section: damaged: wrong checksum");
}

TEST_CASE("the place of every section is checked") {
    const std::vector<std::byte> whole = make_sample().build();
    const auto error_with = [&](auto change) {
        return error_of(with_table(
            whole, [&](auto& table) { change(entry(table, SectionKind::addresses), table); }));
    };
    const std::string outside =
        "x.bin: addresses section: does not lie between the header and the section table";
    CHECK(error_with([](auto& section, auto&) { section.offset += 4; }) ==
          "x.bin: addresses section: not aligned to 8 bytes");
    CHECK(error_with([](auto& section, auto&) { section.offset = 0; }) == outside);
    CHECK(error_with([](auto& section, auto&) { section.offset = ~7ULL; }) == outside);
    CHECK(error_with([](auto& section, auto&) { section.bytes = ~0ULL; }) == outside);
    CHECK(error_with([](auto& section, auto&) { section.crc ^= 1; }) ==
          "x.bin: addresses section: damaged: wrong checksum");
    CHECK(error_with([](auto& section, auto& table) {
              section = entry(table, SectionKind::modules);
          }) == "x.bin: modules section: occurs twice");
    CHECK(error_with([](auto& section, auto& table) {
              section = entry(table, SectionKind::modules);
              section.kind = 77;
          }) == "x.bin: unknown section: overlaps another section");
    CHECK(error_with([](auto& section, auto&) { section.count += 1; }) ==
          "x.bin: addresses section: 5 records do not fit its 64 bytes");
}

TEST_CASE("no byte is beyond the checks") {
    std::vector<std::byte> reserved = make_sample().build();
    reserved[sizeof(dump::Header) - 1] = std::byte{1};
    CHECK(error_of(reserved) ==
          "x.bin: header section: damaged: wrong header size or reserved field");
    DumpSections sections = make_sample().sections();
    sections[4000] = {{1, 2, 3}, 3};
    std::vector<std::byte> padded = assemble(sections);
    const std::size_t table = (sections.size()) * sizeof(dump::Section) + 8;
    padded[padded.size() - table - 1] = std::byte{1};
    CHECK(error_of(padded) ==
          "x.bin: table section: the bytes between two sections are not padding");
}

TEST_CASE("a section that readers need may not be missing") {
    for (const SectionKind kind :
         {SectionKind::strings, SectionKind::process, SectionKind::snapshot, SectionKind::memory,
          SectionKind::modules, SectionKind::segments, SectionKind::addresses, SectionKind::stacks,
          SectionKind::blocks}) {
        DumpSections sections = make_sample().sections();
        sections.erase(static_cast<std::uint32_t>(kind));
        CHECK(error_of(assemble(sections)).find(" section: is missing") != std::string::npos);
    }
    DumpSections sections = make_sample().sections();
    sections.erase(static_cast<std::uint32_t>(SectionKind::losses));
    sections.erase(static_cast<std::uint32_t>(SectionKind::frames));
    CHECK(error_of(assemble(sections)).empty());
}

TEST_CASE("a section of a later version is skipped") {
    DumpSections sections = make_sample().sections();
    sections[4000] = {{1, 2, 3}, 99};
    CHECK(error_of(assemble(sections)).empty());
}

TEST_CASE("a section of one record holds one") {
    DumpSections sections = make_sample().sections();
    sections[static_cast<std::uint32_t>(SectionKind::memory)] = {};
    CHECK(error_of(assemble(sections)) == "x.bin: memory section: does not hold one record");
}

}  // namespace tracemalloc::test
