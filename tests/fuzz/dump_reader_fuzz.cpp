// SPDX-License-Identifier: MIT
//
// Any bytes are a dump or a DumpError, in memory that the bytes justify. Random bytes never have
// right checksums, so each input is read twice: as it is, and with its checksums put right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "analyzer/errors.h"
#include "analyzer/load/dump_reader.h"
#include "analyzer/load/dump_view.h"
#include "common/crc32.h"

namespace {

using namespace tracemalloc;

void read(const std::vector<std::byte>& file) {
    try {
        const analyze::DumpView view("input", file);
        const analyze::RawSnapshot raw = analyze::read_dump(view);
        for (const analyze::Trace& trace : raw.traces) {
            if (trace.traceback >= raw.stacks.size() || trace.count == 0) {
                std::abort();
            }
        }
        for (const analyze::RawStack& stack : raw.stacks) {
            for (const std::uint32_t address : raw.addresses_of(stack)) {
                if (address >= raw.addresses.size()) {
                    std::abort();
                }
            }
        }
    } catch (const analyze::DumpError&) {
    }
}

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

void seal_section(std::vector<std::byte>& file, std::size_t entry) {
    auto section = get<dump::Section>(file, entry);
    if (section.offset <= file.size() && section.bytes <= file.size() - section.offset) {
        section.crc = crc32(file.data() + section.offset, section.bytes);
        put(file, entry, section);
    }
}

/// What checksums and lengths of the frame would be if the input's writer were honest.
void seal(std::vector<std::byte>& file) {
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    std::vector<std::byte> file(bytes, bytes + size);
    read(file);
    seal(file);
    read(file);
    return 0;
}
