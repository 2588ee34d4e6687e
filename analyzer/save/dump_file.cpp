// SPDX-License-Identifier: MIT
#include "analyzer/save/dump_file.h"

#include <cstddef>
#include <cstring>
#include <utility>

#include "common/crc32.h"

namespace tracemalloc::analyze {

void DumpFile::add(std::uint32_t kind, std::uint64_t count, std::string_view begin,
                   std::string_view end) {
    const std::uint32_t crc = crc32(end.data(), end.size(), crc32(begin.data(), begin.size()));
    table_.push_back({kind, crc, bytes_.size(), begin.size() + end.size(), count});
    bytes_.append(begin).append(end);
    bytes_.resize((bytes_.size() + 7) / 8 * 8, '\0');
}

std::string DumpFile::finish() {
    dump::Header header{};
    std::memcpy(header.magic, dump::kMagic, sizeof header.magic);
    header.version = dump::kVersion;
    header.header_bytes = sizeof header;
    header.table_offset = bytes_.size();
    header.section_count = static_cast<std::uint32_t>(table_.size());
    const std::size_t table_bytes = table_.size() * sizeof(dump::Section);
    header.table_crc = crc32(table_.data(), table_bytes);
    header.file_bytes = bytes_.size() + table_bytes + sizeof dump::kEndMarker;
    header.header_crc = crc32(&header, offsetof(dump::Header, header_crc));
    std::memcpy(bytes_.data(), &header, sizeof header);
    bytes_.append(reinterpret_cast<const char*>(table_.data()), table_bytes);
    bytes_.append(reinterpret_cast<const char*>(dump::kEndMarker), sizeof dump::kEndMarker);
    return std::move(bytes_);
}

}  // namespace tracemalloc::analyze
