// SPDX-License-Identifier: MIT
#include "analyzer/load/dump_view.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "analyzer/load/dump_error.h"
#include "analyzer/load/record_check.h"
#include "analyzer/load/section_shape.h"
#include "common/crc32.h"

namespace tracemalloc::analyze {

using dump::SectionKind;

namespace {

constexpr std::size_t kMarkerBytes = sizeof(dump::kEndMarker);
constexpr std::uint64_t kAlignment = 8;

std::string describe_truncation(std::uint64_t expected, std::uint64_t found) {
    return "truncated: the dump has " + std::to_string(expected) + " bytes, the file " +
           std::to_string(found);
}

}  // namespace

DumpView::DumpView(std::string path, std::span<const std::byte> bytes)
    : path_(std::move(path)), bytes_(bytes) {
    check_header();
    read_table();
    check_counts();
    check_records(*this);
}

void DumpView::check_header() const {
    if (bytes_.empty()) {
        fail_dump(path_, "header", "the file is empty");
    }
    const std::size_t magic_bytes = std::min(bytes_.size(), sizeof(dump::kMagic));
    if (std::memcmp(bytes_.data(), dump::kMagic, magic_bytes) != 0) {
        fail_dump(path_, "header", "not a tracemalloc dump");
    }
    if (bytes_.size() < sizeof(dump::Header)) {
        fail_dump(path_, "header", describe_truncation(sizeof(dump::Header), bytes_.size()));
    }
    // Before the checksum: a later version may lay its header out differently.
    if (header().version > dump::kVersion) {
        fail_dump(path_, "header",
                  "newer version " + std::to_string(header().version) + "; this tmtool reads " +
                      std::to_string(dump::kVersion));
    }
    if (header().version != dump::kVersion ||
        crc32(&header(), offsetof(dump::Header, header_crc)) != header().header_crc) {
        fail_dump(path_, "header", "damaged: wrong checksum");
    }
    if (header().file_bytes > bytes_.size()) {
        fail_dump(path_, "header", describe_truncation(header().file_bytes, bytes_.size()));
    }
    if (header().file_bytes < bytes_.size()) {
        fail_dump(path_, "header",
                  std::to_string(bytes_.size() - header().file_bytes) +
                      " bytes follow the end of the dump");
    }
    if (header().header_bytes != sizeof(dump::Header) || header().reserved != 0) {
        fail_dump(path_, "header", "damaged: wrong header size or reserved field");
    }
}

void DumpView::read_table() {
    const std::uint64_t file_bytes = bytes_.size();
    const std::uint64_t table_bytes =
        std::uint64_t{header().section_count} * sizeof(dump::Section) + kMarkerBytes;
    const std::uint64_t offset = header().table_offset;
    if (offset % kAlignment != 0 || offset < sizeof(dump::Header) || offset > file_bytes ||
        file_bytes - offset != table_bytes) {
        fail_dump(path_, "table", "does not lie between the sections and the end marker");
    }
    if (std::memcmp(bytes_.data() + file_bytes - kMarkerBytes, dump::kEndMarker, kMarkerBytes) !=
        0) {
        fail_dump(path_, "table", "no end marker: the dump was not written to its end");
    }
    const std::span<const dump::Section> table = sections();
    if (crc32(table.data(), table.size_bytes()) != header().table_crc) {
        fail_dump(path_, "table", "damaged: wrong checksum");
    }
    for (const dump::Section& section : table) {
        take_section(section);
    }
    check_order(table);
}

void DumpView::take_section(const dump::Section& section) {
    const auto kind = static_cast<SectionKind>(section.kind);
    const std::uint64_t limit = header().table_offset;
    if (section.offset % kAlignment != 0) {
        fail_dump(path_, kind, "not aligned to 8 bytes");
    }
    if (section.offset < sizeof(dump::Header) || section.offset > limit ||
        section.bytes > limit - section.offset) {
        fail_dump(path_, kind, "does not lie between the header and the section table");
    }
    if (crc32(bytes_.data() + section.offset, section.bytes) != section.crc) {
        fail_dump(path_, kind, "damaged: wrong checksum");
    }
    if (section.kind == 0 || section.kind >= kKinds) {
        return;
    }
    if (sections_[section.kind] != nullptr) {
        fail_dump(path_, kind, "occurs twice");
    }
    sections_[section.kind] = &section;
}

/// Sections follow each other without overlap, with zeros up to the next multiple of 8: no byte of
/// a dump is beyond the checks.
void DumpView::check_order(std::span<const dump::Section> table) const {
    std::vector<const dump::Section*> by_offset;
    for (const dump::Section& section : table) {
        by_offset.push_back(&section);
    }
    std::sort(by_offset.begin(), by_offset.end(),
              [](const dump::Section* a, const dump::Section* b) {
                  return std::pair(a->offset, a->bytes) < std::pair(b->offset, b->bytes);
              });
    std::uint64_t end = sizeof(dump::Header);
    for (const dump::Section* const section : by_offset) {
        if (section->offset < end) {
            fail_dump(path_, static_cast<SectionKind>(section->kind), "overlaps another section");
        }
        check_padding(end, section->offset);
        end = section->offset + section->bytes;
    }
    check_padding(end, header().table_offset);
}

void DumpView::check_padding(std::uint64_t begin, std::uint64_t end) const {
    const auto padding = bytes_.subspan(begin, end - begin);
    if (padding.size() >= kAlignment ||
        !std::all_of(padding.begin(), padding.end(),
                     [](std::byte value) { return value == std::byte{0}; })) {
        fail_dump(path_, "table", "the bytes between two sections are not padding");
    }
}

void DumpView::check_counts() const {
    for (const SectionShape& shape : kSectionShapes) {
        const dump::Section* const section = find(shape.kind);
        if (section == nullptr) {
            if (shape.required) {
                fail_dump(path_, shape.kind, "is missing");
            }
            continue;
        }
        const bool fits = shape.bytes == 0 ? section->count <= section->bytes / shape.numbers
                                           : section->bytes % shape.bytes == 0 &&
                                                 section->bytes / shape.bytes == section->count;
        if (!fits) {
            fail_dump(path_, shape.kind,
                      std::to_string(section->count) + " records do not fit its " +
                          std::to_string(section->bytes) + " bytes");
        }
        if (shape.single && section->count != 1) {
            fail_dump(path_, shape.kind, "does not hold one record");
        }
    }
}

bool DumpView::holds(dump::Text text) const noexcept {
    return text.offset == dump::kNone ? text.bytes == 0
                                      : std::uint64_t{text.offset} + text.bytes <= strings_bytes();
}

std::uint64_t DumpView::strings_bytes() const noexcept {
    return content(SectionKind::strings).size();
}

std::string_view DumpView::text(dump::Text text) const noexcept {
    if (text.offset == dump::kNone) {
        return {};
    }
    const auto strings = content(SectionKind::strings).subspan(text.offset, text.bytes);
    return {reinterpret_cast<const char*>(strings.data()), strings.size()};
}

const dump::Header& DumpView::header() const noexcept {
    return *reinterpret_cast<const dump::Header*>(bytes_.data());
}

std::span<const dump::Section> DumpView::sections() const noexcept {
    return {reinterpret_cast<const dump::Section*>(bytes_.data() + header().table_offset),
            header().section_count};
}

const dump::Section* DumpView::find(SectionKind kind) const noexcept {
    return sections_[static_cast<std::size_t>(kind)];
}

std::span<const std::byte> DumpView::content(SectionKind kind) const noexcept {
    const dump::Section* const section = find(kind);
    return section == nullptr ? std::span<const std::byte>() : content(*section);
}

}  // namespace tracemalloc::analyze
