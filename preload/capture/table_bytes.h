// SPDX-License-Identifier: MIT
//
// Reads the numbers of an unwind table one after the other. The table is the program's own code and
// is believed: nothing is checked against the end but by who asks is_empty().
#pragma once

#include <cstdint>
#include <cstring>

#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

class TableBytes {
public:
    TableBytes(const unsigned char* at, const unsigned char* end) noexcept : at_(at), end_(end) {}

    [[nodiscard]] bool is_empty() const noexcept { return at_ >= end_; }
    [[nodiscard]] const unsigned char* position() const noexcept { return at_; }
    void skip(std::uint64_t bytes) noexcept { at_ += bytes; }

    template <typename Value>
    TM_INLINE Value take() noexcept {
        Value value{};
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    TM_INLINE std::uint64_t take_unsigned() noexcept {
        return TM_LIKELY((*at_ & 0x80U) == 0) ? *at_++ : take_leb128().value;
    }
    std::int64_t take_signed() noexcept {
        Leb128 number = take_leb128();
        if (number.is_negative && number.bits < 64) {
            number.value |= ~std::uint64_t{0} << number.bits;
        }
        return static_cast<std::int64_t>(number.value);
    }

private:
    struct Leb128 {
        std::uint64_t value = 0;
        unsigned bits = 0;
        bool is_negative = false;  ///< where the number is a signed one
    };

    Leb128 take_leb128() noexcept {
        Leb128 number;
        unsigned char byte = 0;
        do {
            byte = take<unsigned char>();
            number.value |= std::uint64_t{byte & 0x7fU} << number.bits;
            number.bits += 7;
        } while ((byte & 0x80U) != 0 && number.bits < 64);
        number.is_negative = (byte & 0x40U) != 0;
        return number;
    }

    const unsigned char* at_;
    const unsigned char* end_;
};

}  // namespace tracemalloc::preload
