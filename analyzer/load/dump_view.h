// SPDX-License-Identifier: MIT
//
// The bytes of a dump, checked. The constructor looks at all that docs/dump-format.md promises and
// throws DumpError for the first promise that is broken; afterwards every span and every text that
// the view hands out is safe to read without a further check. Framing is checked here, what records
// refer to in record_check.cpp; the LEB128 rows of stacks and blocks are checked while
// packed_rows.cpp decodes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/dump_format.h"

namespace tracemalloc::analyze {

/// A section of LEB128 rows: `count` of them in `bytes`.
struct PackedRows {
    std::span<const unsigned char> bytes;
    std::uint64_t count = 0;
};

class DumpView {
public:
    /// `bytes` begin at an address that is a multiple of 8 and outlive the view. `path` is for
    /// messages only.
    DumpView(std::string path, std::span<const std::byte> bytes);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    [[nodiscard]] const dump::Process& process() const noexcept;
    [[nodiscard]] const dump::SnapshotInfo& snapshot() const noexcept;
    [[nodiscard]] const dump::MemoryInfo& memory() const noexcept;
    [[nodiscard]] std::span<const dump::Module> modules() const noexcept;
    [[nodiscard]] std::span<const dump::Segment> segments() const noexcept;
    [[nodiscard]] std::span<const dump::Address> addresses() const noexcept;
    [[nodiscard]] std::span<const dump::Loss> losses() const noexcept;
    [[nodiscard]] std::span<const dump::SourceFrame> frames() const noexcept;
    [[nodiscard]] std::span<const dump::SourceDump> sources() const noexcept;
    /// Null when no signal ended the process.
    [[nodiscard]] const dump::CrashFacts* crash() const noexcept;
    [[nodiscard]] std::span<const dump::StackLabel> labels() const noexcept;
    [[nodiscard]] PackedRows stacks() const noexcept { return packed(dump::SectionKind::stacks); }
    [[nodiscard]] PackedRows blocks() const noexcept { return packed(dump::SectionKind::blocks); }
    /// No rows when the section is missing.
    [[nodiscard]] PackedRows block_addresses() const noexcept {
        return packed(dump::SectionKind::block_addresses);
    }
    [[nodiscard]] std::span<const dump::Epoch> epochs() const noexcept;
    [[nodiscard]] PackedRows births() const noexcept { return packed(dump::SectionKind::births); }
    [[nodiscard]] PackedRows block_births() const noexcept {
        return packed(dump::SectionKind::block_births);
    }
    [[nodiscard]] std::span<const dump::StackRate> sample_rates() const noexcept;
    /// Null when every block was recorded.
    [[nodiscard]] const dump::SamplingInfo* sampling() const noexcept;
    [[nodiscard]] PackedRows traffic() const noexcept { return packed(dump::SectionKind::traffic); }
    [[nodiscard]] std::span<const dump::FunctionCalls> calls() const noexcept;
    [[nodiscard]] PackedRows leaks() const noexcept { return packed(dump::SectionKind::leaks); }
    /// All of them, those of an unknown kind too, as the table lists them.
    [[nodiscard]] std::span<const dump::Section> sections() const noexcept;
    [[nodiscard]] std::span<const std::byte> content(const dump::Section& section) const noexcept {
        return bytes_.subspan(section.offset, section.bytes);
    }
    [[nodiscard]] bool has(dump::SectionKind kind) const noexcept { return find(kind) != nullptr; }

    /// Whether a Text lies inside the strings section; an absent one does.
    [[nodiscard]] bool holds(dump::Text text) const noexcept;
    [[nodiscard]] std::uint64_t strings_bytes() const noexcept;
    /// Empty when absent.
    [[nodiscard]] std::string_view text(dump::Text text) const noexcept;

private:
    static constexpr std::size_t kKinds = 25;  ///< one more than the largest SectionKind

    void check_header() const;
    void read_table();
    void take_section(const dump::Section& section);
    void check_order(std::span<const dump::Section> table) const;
    void check_padding(std::uint64_t begin, std::uint64_t end) const;
    void check_counts() const;

    [[nodiscard]] const dump::Header& header() const noexcept;
    [[nodiscard]] const dump::Section* find(dump::SectionKind kind) const noexcept;
    [[nodiscard]] PackedRows packed(dump::SectionKind kind) const noexcept;
    [[nodiscard]] std::span<const std::byte> content(dump::SectionKind kind) const noexcept;
    template <typename Record>
    [[nodiscard]] std::span<const Record> records(dump::SectionKind kind) const noexcept;

    std::string path_;
    std::span<const std::byte> bytes_;
    std::array<const dump::Section*, kKinds> sections_{};
};

}  // namespace tracemalloc::analyze
