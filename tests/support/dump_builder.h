// SPDX-License-Identifier: MIT
//
// Dumps from plain values, for tests of the reader. `sections()` can be tampered with before
// `assemble()` puts correct checksums around it, so that a test reaches the check it means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "common/dump_format.h"

namespace tracemalloc::test {

struct SectionBytes {
    std::vector<unsigned char> bytes;
    std::uint64_t count = 0;
};

/// A section of packed rows: `count` as it says itself, and the numbers of the rows.
SectionBytes packed_rows(std::uint64_t count, const std::vector<std::uint64_t>& numbers);

using DumpSections = std::map<std::uint32_t, SectionBytes>;  ///< by SectionKind

/// A whole file: header, sections in the order of their kind, table, end marker.
std::vector<std::byte> assemble(const DumpSections& sections);

/// Puts the checksum of a changed header right.
void seal_header(std::vector<std::byte>& file);

class DumpBuilder {
public:
    dump::Process process{};
    dump::SnapshotInfo snapshot{};
    dump::MemoryInfo memory{};

    DumpBuilder();

    dump::Text text(std::string_view text);
    std::uint32_t add_module(std::string_view path, std::uint64_t load_bias);
    void add_segment(std::uint32_t module, std::uint64_t vaddr);
    std::uint32_t add_address(std::uint64_t address, std::uint32_t module = dump::kNone,
                              std::uint32_t flags = 0);
    /// Most recent first. Front-coded against the stack added before.
    std::uint32_t add_stack(const std::vector<std::uint32_t>& addresses, std::uint32_t flags = 0);
    /// In order of (stack, size).
    void add_block(std::uint32_t stack, std::uint64_t size, std::uint64_t count);
    /// In order of the stacks.
    void add_traffic(std::uint32_t stack, std::uint64_t count, std::uint64_t size,
                     std::uint64_t temporary_count = 0, std::uint64_t temporary_size = 0);
    void add_calls(std::uint32_t function, std::uint64_t count);
    void add_loss(std::uint32_t reason, std::uint64_t count);
    void add_frame(std::uint32_t address, std::string_view function, std::string_view filename,
                   std::uint32_t lineno, bool inlined = false, bool hands_on = false);
    void add_source(const dump::SourceDump& source);
    void add_crash(const dump::CrashFacts& facts);
    /// In order of the stacks; an empty tag is none.
    void add_label(std::uint32_t stack, std::uint32_t domain, std::string_view tag);

    void set_sampling(std::uint64_t mean_bytes, std::uint32_t flags = 0);
    /// In order of the stacks.
    void add_rate(std::uint32_t stack, std::uint64_t mean_bytes);
    void add_epoch(std::uint32_t snapshots, std::uint32_t flags, std::int64_t start_unix_ns);
    /// In order of (row, epoch); row: the number of an add_block().
    void add_birth(std::uint32_t row, std::uint32_t epoch, std::uint64_t count);

    [[nodiscard]] DumpSections sections() const;
    [[nodiscard]] std::vector<std::byte> build() const { return assemble(sections()); }

private:
    SectionBytes& at(dump::SectionKind kind);

    DumpSections sections_;
    std::vector<std::uint32_t> previous_stack_;
    std::uint32_t previous_block_stack_ = 0;
    std::uint32_t previous_traffic_stack_ = 0;
    std::uint64_t previous_block_size_ = 0;
    std::uint32_t previous_birth_row_ = 0;
    std::uint32_t previous_birth_epoch_ = 0;
};

}  // namespace tracemalloc::test
