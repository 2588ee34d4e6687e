// SPDX-License-Identifier: MIT
//
// Unsigned LEB128, the number encoding of the dump's stacks and blocks. Both directions are here so
// that they cannot drift apart.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tracemalloc {

/// The most bytes one number takes.
inline constexpr std::size_t kMaxVarintBytes = 10;

/// Writes at `out`, which has room for kMaxVarintBytes, and returns the end of what was written.
inline unsigned char* put_varint(unsigned char* out, std::uint64_t value) noexcept {
    while (value >= 0x80) {
        *out++ = static_cast<unsigned char>(value | 0x80);
        value >>= 7;
    }
    *out++ = static_cast<unsigned char>(value);
    return out;
}

/// Reads one number from [at, end). Returns where the next begins, or null when the bytes end early
/// or the number does not fit 64 bits.
inline const unsigned char* get_varint(const unsigned char* at, const unsigned char* end,
                                       std::uint64_t& value) noexcept {
    value = 0;
    for (unsigned shift = 0; at != end && shift < 64; shift += 7) {
        const std::uint64_t bits = *at & 0x7fU;
        if (shift == 63 && bits > 1) {
            return nullptr;
        }
        value |= bits << shift;
        if ((*at++ & 0x80U) == 0) {
            return at;
        }
    }
    return nullptr;
}

}  // namespace tracemalloc
