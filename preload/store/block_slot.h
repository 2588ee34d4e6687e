// SPDX-License-Identifier: MIT
//
// A live block in slots of 4 bytes, one for each granule of heap:
//
//   first slot   [ 1 | half of the granule 1 | size 6 | stack id 24 ]
//   second slot  [ 0 | 1 | size 30 ]                     of a block of 63 bytes or more
//
// A block that large covers the granule after the one it begins in, where no other block can begin,
// so that slot is its own as well. An empty slot is 0. What kind a slot is stands in itself: a
// block whose free nobody saw never makes another one look wrong.
#pragma once

#include <cstdint>

#include "preload/store/stack_id.h"

namespace tracemalloc::preload::block_slot {

using Slot = std::uint32_t;

inline constexpr std::uint64_t kShortSizeMax = 62;            ///< fits the first slot
inline constexpr std::uint64_t kLongSizeMax = 0x3fff'fffe;    ///< fits the second slot
inline constexpr std::uint64_t kSizeElsewhere = 0x3fff'ffff;  ///< in the side table

inline constexpr unsigned kSizeShift = kStackIdBits;
inline constexpr unsigned kKindShift = 30;
inline constexpr Slot kFirst = Slot{2} << kKindShift;
inline constexpr Slot kSecond = Slot{1} << kKindShift;
inline constexpr Slot kSizeInSecond = kShortSizeMax + 1;

[[nodiscard]] constexpr bool is_long(std::uint64_t size) noexcept {
    return size > kShortSizeMax;
}
/// `half` of its granule that the block begins in: 0 or 1.
[[nodiscard]] constexpr Slot first(StackId stack, std::uintptr_t half,
                                   std::uint64_t size_code) noexcept {
    return kFirst | static_cast<Slot>(half << kKindShift | size_code << kSizeShift) |
           static_cast<Slot>(stack);
}
[[nodiscard]] constexpr Slot second(std::uint64_t size) noexcept {
    return kSecond | static_cast<Slot>(size);
}

[[nodiscard]] constexpr bool is_first(Slot slot) noexcept {
    return slot >= kFirst;
}
/// In two slots at once: a bit for each that is a first one.
inline constexpr std::uint64_t kFirstOfTwo = std::uint64_t{kFirst} << 32 | kFirst;

[[nodiscard]] constexpr bool is_second(Slot slot) noexcept {
    return slot >> kKindShift == 1;
}
/// A block begins in this half of the granule.
[[nodiscard]] constexpr bool is_first_at(Slot slot, std::uintptr_t half) noexcept {
    return (slot >> kKindShift) - (kFirst >> kKindShift) == half;
}

[[nodiscard]] constexpr StackId stack_of(Slot first) noexcept {
    return static_cast<StackId>(first & kMaxStacks);
}
[[nodiscard]] constexpr std::uintptr_t half_of(Slot first) noexcept {
    return first >> kKindShift & 1;
}
/// kSizeInSecond for a long block.
[[nodiscard]] constexpr std::uint64_t size_code_of(Slot first) noexcept {
    return first >> kSizeShift & kSizeInSecond;
}
[[nodiscard]] constexpr bool is_long_block(Slot first) noexcept {
    return size_code_of(first) == kSizeInSecond;
}
[[nodiscard]] constexpr std::uint64_t size_in(Slot second) noexcept {
    return second & ~kSecond;
}

}  // namespace tracemalloc::preload::block_slot
