// SPDX-License-Identifier: MIT
//
// The frame of a dump: header, sections with their checksums, table, end marker. What is in the
// sections is the dump writer's matter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/dump_format.h"
#include "preload/snapshot/raw_file.h"

namespace tracemalloc::preload {

class DumpFile {
public:
    DumpFile() = default;
    ~DumpFile();
    DumpFile(const DumpFile&) = delete;
    DumpFile& operator=(const DumpFile&) = delete;

    bool create(std::string_view target) noexcept;

    void begin(dump::SectionKind kind) noexcept;
    void put(const void* data, std::size_t bytes) noexcept;
    void put_number(std::uint64_t number) noexcept;  ///< LEB128
    void end(std::uint64_t count) noexcept;

    template <typename Record>
    void put_record(const Record& record) noexcept {
        put(&record, sizeof record);
    }
    /// A section that is one record.
    template <typename Record>
    void put_section(dump::SectionKind kind, const Record& record) noexcept {
        begin(kind);
        put_record(record);
        end(1);
    }
    /// Bytes of the open section so far.
    [[nodiscard]] std::uint64_t section_bytes() const noexcept { return position_ - start_; }

    /// Writes table, end marker and header and gives the file its name. False if anything failed.
    bool publish(PublishedFile* published = nullptr) noexcept;
    [[nodiscard]] int error() const noexcept { return file_.error(); }

private:
    static constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
    static constexpr std::size_t kMostSections = 24;

    void flush() noexcept;
    void align() noexcept;

    RawFile file_;
    unsigned char* buffer_ = nullptr;
    std::size_t buffered_ = 0;
    std::uint64_t position_ = 0;
    std::uint64_t start_ = 0;
    std::uint32_t crc_ = 0;
    std::uint32_t section_count_ = 0;
    dump::Section sections_[kMostSections] = {};
};

}  // namespace tracemalloc::preload
