// SPDX-License-Identifier: MIT
//
// Random bytes never have right checksums. seal() puts those of a dump right, so that what lies
// behind them is reached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "common/crc32.h"
#include "common/dump_format.h"

namespace tracemalloc::test {

template <typename Record>
Record get(const std::vector<std::byte>& file, std::size_t offset) {
    Record record{};
    std::memcpy(&record, file.data() + offset, sizeof(record));
    return record;
}

template <typename Record>
void put(std::vector<std::byte>& file, std::size_t offset, const Record& record) {
    std::memcpy(file.data() + offset, &record, sizeof(record));
}

inline void seal_section(std::vector<std::byte>& file, std::size_t entry) {
    auto section = get<dump::Section>(file, entry);
    if (section.offset <= file.size() && section.bytes <= file.size() - section.offset) {
        section.crc = crc32(file.data() + section.offset, section.bytes);
        put(file, entry, section);
    }
}

/// What checksums and lengths of the frame would be if the input's writer were honest.
inline void seal(std::vector<std::byte>& file) {
    if (file.size() < sizeof(dump::Header)) {
        return;
    }
    auto header = get<dump::Header>(file, 0);
    header.file_bytes = file.size();
    const std::uint64_t table_bytes = std::uint64_t{header.section_count} * sizeof(dump::Section);
    if (header.table_offset <= file.size() && table_bytes <= file.size() - header.table_offset) {
        for (std::uint64_t i = 0; i < header.section_count; ++i) {
            seal_section(file, header.table_offset + i * sizeof(dump::Section));
        }
        header.table_crc = crc32(file.data() + header.table_offset, table_bytes);
    }
    header.header_crc = crc32(&header, offsetof(dump::Header, header_crc));
    put(file, 0, header);
}

}  // namespace tracemalloc::test
