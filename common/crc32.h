// SPDX-License-Identifier: MIT
//
// CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320): what zlib's crc32() computes, so that any
// tool can check a dump. Eight bytes a step with eight tables of 1 KiB.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tracemalloc {

namespace detail {

constexpr std::array<std::array<std::uint32_t, 256>, 8> make_crc32_tables() noexcept {
    std::array<std::array<std::uint32_t, 256>, 8> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value >> 1) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
        }
        tables[0][byte] = value;
    }
    for (std::size_t slice = 1; slice < 8; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[slice - 1][byte];
            tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xffU];
        }
    }
    return tables;
}

inline constexpr auto kCrc32Tables = make_crc32_tables();

}  // namespace detail

/// Continues a CRC: `crc32(b, crc32(a))` is the CRC of a followed by b. Starts from 0.
inline std::uint32_t crc32(const void* data, std::size_t bytes, std::uint32_t crc = 0) noexcept {
    const auto& tables = detail::kCrc32Tables;
    const auto* at = static_cast<const unsigned char*>(data);
    crc = ~crc;
    for (; bytes >= 8; bytes -= 8, at += 8) {
        std::uint32_t low = 0;
        std::uint32_t high = 0;
        std::memcpy(&low, at, 4);
        std::memcpy(&high, at + 4, 4);
        low ^= crc;
        crc = tables[7][low & 0xffU] ^ tables[6][(low >> 8) & 0xffU] ^
              tables[5][(low >> 16) & 0xffU] ^ tables[4][low >> 24] ^ tables[3][high & 0xffU] ^
              tables[2][(high >> 8) & 0xffU] ^ tables[1][(high >> 16) & 0xffU] ^
              tables[0][high >> 24];
    }
    for (; bytes > 0; --bytes, ++at) {
        crc = (crc >> 8) ^ tables[0][(crc ^ *at) & 0xffU];
    }
    return ~crc;
}

}  // namespace tracemalloc
