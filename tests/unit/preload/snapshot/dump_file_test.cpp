// SPDX-License-Identifier: MIT
#include "preload/snapshot/dump_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "common/crc32.h"
#include "common/varint.h"
#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

std::vector<char> bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Record>
Record record_at(const std::vector<char>& bytes, std::size_t offset) {
    REQUIRE(offset + sizeof(Record) <= bytes.size());
    Record record;
    std::memcpy(&record, bytes.data() + offset, sizeof record);
    return record;
}

}  // namespace

TEST_CASE("a dump file is header, aligned sections, table and end marker, all with checksums") {
    const test::TemporaryFolder folder;
    const std::string big(600'001, 'b');  // more than the buffer holds, and odd
    {
        DumpFile file;
        REQUIRE(file.create(folder / "dump"));
        file.begin(dump::SectionKind::strings);
        file.put("abc", 3);
        CHECK(file.section_bytes() == 3);
        file.end(3);
        file.begin(dump::SectionKind::stacks);
        file.put_number(300);
        file.put(big.data(), big.size());
        CHECK(file.section_bytes() == big.size() + 2);
        file.end(1);
        file.begin(dump::SectionKind::blocks);
        file.end(0);
        CHECK(folder.names().count("dump") == 0);
        REQUIRE(file.publish());
        CHECK(file.error() == 0);
    }
    const std::vector<char> bytes = bytes_of(folder / "dump");
    const auto header = record_at<dump::Header>(bytes, 0);
    CHECK(std::memcmp(header.magic, dump::kMagic, sizeof header.magic) == 0);
    CHECK(header.version == dump::kVersion);
    CHECK(header.file_bytes == bytes.size());
    CHECK(header.section_count == 3);
    CHECK(header.header_crc == crc32(bytes.data(), offsetof(dump::Header, header_crc)));
    CHECK(header.table_crc == crc32(bytes.data() + header.table_offset, 3 * sizeof(dump::Section)));
    CHECK(std::memcmp(bytes.data() + bytes.size() - 8, dump::kEndMarker, 8) == 0);
    CHECK(header.table_offset + 3 * sizeof(dump::Section) + 8 == bytes.size());
    const std::size_t lengths[] = {3, big.size() + 2, 0};
    for (std::size_t at = 0; at < 3; ++at) {
        const auto section =
            record_at<dump::Section>(bytes, header.table_offset + at * sizeof(dump::Section));
        CHECK(section.offset % 8 == 0);
        CHECK(section.bytes == lengths[at]);
        CHECK(section.crc == crc32(bytes.data() + section.offset, section.bytes));
    }
}

TEST_CASE("a dump file that fails leaves nothing and says why") {
    const test::TemporaryFolder folder;
    {
        DumpFile file;
        CHECK_FALSE(file.create(folder / "missing/dump"));
        CHECK(file.error() == ENOENT);
    }
    {
        DumpFile file;
        REQUIRE(file.create(folder / "dump"));
        file.begin(dump::SectionKind::strings);
        file.put("abc", 3);
    }
    CHECK(folder.names().empty());
}

}  // namespace tracemalloc::preload
