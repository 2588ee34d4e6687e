// SPDX-License-Identifier: MIT
#include "preload/snapshot/dump_file.h"

#include <cerrno>
#include <cstring>

#include "common/crc32.h"
#include "common/varint.h"
#include "preload/platform/pages.h"

namespace tracemalloc::preload {

DumpFile::~DumpFile() {
    if (buffer_ != nullptr) {
        pages::unmap(buffer_, kBufferBytes);
    }
}

bool DumpFile::create(std::string_view target) noexcept {
    buffer_ = static_cast<unsigned char*>(pages::map(kBufferBytes));
    if (buffer_ == nullptr) {
        return file_.fail(-ENOMEM);
    }
    if (!file_.create(target)) {
        return false;
    }
    const dump::Header not_yet{};
    put_record(not_yet);
    return true;
}

void DumpFile::begin(dump::SectionKind kind) noexcept {
    align();
    flush();
    start_ = position_;
    crc_ = 0;
    sections_[section_count_].kind = static_cast<std::uint32_t>(kind);
    sections_[section_count_].offset = position_;
}

void DumpFile::put(const void* data, std::size_t bytes) noexcept {
    const auto* at = static_cast<const unsigned char*>(data);
    while (bytes > 0) {
        const std::size_t room = kBufferBytes - buffered_;
        const std::size_t piece = bytes < room ? bytes : room;
        std::memcpy(buffer_ + buffered_, at, piece);
        buffered_ += piece;
        position_ += piece;
        at += piece;
        bytes -= piece;
        if (buffered_ == kBufferBytes) {
            flush();
        }
    }
}

void DumpFile::put_number(std::uint64_t number) noexcept {
    if (kBufferBytes - buffered_ < kMaxVarintBytes) {
        flush();
    }
    unsigned char* const at = buffer_ + buffered_;
    const auto bytes = static_cast<std::size_t>(put_varint(at, number) - at);
    buffered_ += bytes;
    position_ += bytes;
}

void DumpFile::end(std::uint64_t count) noexcept {
    flush();
    dump::Section& section = sections_[section_count_++];
    section.bytes = position_ - section.offset;
    section.count = count;
    section.crc = crc_;
}

bool DumpFile::publish(PublishedFile* published) noexcept {
    align();
    flush();
    dump::Header header{};
    std::memcpy(header.magic, dump::kMagic, sizeof header.magic);
    header.version = dump::kVersion;
    header.header_bytes = sizeof header;
    header.table_offset = position_;
    header.section_count = section_count_;
    header.table_crc = crc32(sections_, section_count_ * sizeof(dump::Section));
    put(sections_, section_count_ * sizeof(dump::Section));
    put(dump::kEndMarker, sizeof dump::kEndMarker);
    flush();
    header.file_bytes = position_;
    header.header_crc = crc32(&header, offsetof(dump::Header, header_crc));
    return file_.overwrite(0, &header, sizeof header) && file_.publish(published);
}

void DumpFile::flush() noexcept {
    crc_ = crc32(buffer_, buffered_, crc_);
    file_.write(buffer_, buffered_);
    buffered_ = 0;
}

void DumpFile::align() noexcept {
    constexpr unsigned char kZeros[8] = {};
    put(kZeros, (8 - position_ % 8) % 8);
}

}  // namespace tracemalloc::preload
