// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/mini_debug_info.h"

#include <lzma.h>

#include <cstdint>
#include <vector>

namespace tracemalloc::analyze {

namespace {

// A few bytes of xz can stand for gigabytes, so both the output and the decoder are bounded. The
// largest real ones (browsers, the JVM) unpack to some 20 MiB.
constexpr std::size_t kUnpackedLimitBytes = std::size_t{256} << 20U;
constexpr std::uint64_t kDecoderLimitBytes = std::uint64_t{128} << 20U;

std::optional<std::vector<char>> unpack_xz(const void* data, std::size_t bytes) {
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, kDecoderLimitBytes, 0) != LZMA_OK) {
        return std::nullopt;
    }
    std::vector<char> image;
    stream.next_in = static_cast<const std::uint8_t*>(data);
    stream.avail_in = bytes;
    lzma_ret result = LZMA_OK;
    while (result == LZMA_OK && image.size() < kUnpackedLimitBytes) {
        const std::size_t filled = image.size();
        image.resize(filled == 0 ? std::size_t{1} << 20U : filled * 2);
        stream.next_out = reinterpret_cast<std::uint8_t*>(image.data() + filled);
        stream.avail_out = image.size() - filled;
        result = lzma_code(&stream, LZMA_FINISH);
        image.resize(image.size() - stream.avail_out);
    }
    lzma_end(&stream);
    if (result != LZMA_STREAM_END) {
        return std::nullopt;
    }
    return image;
}

}  // namespace

std::optional<ElfFile> unpack_mini_debug_info(const ElfFile& file) {
    Elf_Scn* const section = file.find_section(".gnu_debugdata");
    const Elf_Data* const data = section != nullptr ? elf_rawdata(section, nullptr) : nullptr;
    if (data == nullptr || data->d_buf == nullptr) {
        return std::nullopt;
    }
    std::optional<std::vector<char>> image = unpack_xz(data->d_buf, data->d_size);
    if (!image) {
        return std::nullopt;
    }
    return ElfFile::from_memory(std::move(*image), file.path() + " (.gnu_debugdata)");
}

}  // namespace tracemalloc::analyze
