// SPDX-License-Identifier: MIT
//
// A live block in slots of 4 bytes, one for each granule of heap:
//
//   first slot   [ 0 | size 6 | offset in granule 1 | stack id 24 ]
//   second slot  [ 1 | size 31 ]                      of a block of 63 bytes or more
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
inline constexpr std::uint64_t kLongSizeMax = 0x7fff'fffe;    ///< fits the second slot
inline constexpr std::uint64_t kSizeElsewhere = 0x7fff'ffff;  ///< in the side table

inline constexpr unsigned kOffsetShift = kStackIdBits;
inline constexpr unsigned kSizeShift = kOffsetShift + 1;
inline constexpr Slot kSecond = Slot{1} << 31;
inline constexpr Slot kSizeInSecond = kShortSizeMax + 1;

[[nodiscard]] constexpr bool is_long(std::uint64_t size) noexcept {
    return size > kShortSizeMax;
}
/// `offset`: 1 when the block begins in the second half of its granule.
[[nodiscard]] constexpr Slot first(StackId stack, std::uintptr_t offset,
                                   std::uint64_t size) noexcept {
    return static_cast<Slot>(is_long(size) ? kSizeInSecond : size) << kSizeShift |
           static_cast<Slot>(offset) << kOffsetShift | static_cast<Slot>(stack);
}
[[nodiscard]] constexpr Slot second(std::uint64_t size) noexcept {
    return kSecond | static_cast<Slot>(size);
}

[[nodiscard]] constexpr bool is_first(Slot slot) noexcept {
    return slot != 0 && slot < kSecond;
}
[[nodiscard]] constexpr bool is_second(Slot slot) noexcept {
    return slot >= kSecond;
}
/// A block begins there, at this place in the granule.
[[nodiscard]] constexpr bool is_first_at(Slot slot, std::uintptr_t offset) noexcept {
    constexpr Slot kPlace = kSecond | Slot{1} << kOffsetShift;
    return slot != 0 && (slot & kPlace) == static_cast<Slot>(offset) << kOffsetShift;
}

[[nodiscard]] constexpr StackId stack_of(Slot first) noexcept {
    return static_cast<StackId>(first & kMaxStacks);
}
[[nodiscard]] constexpr std::uintptr_t offset_of(Slot first) noexcept {
    return first >> kOffsetShift & 1;
}
[[nodiscard]] constexpr bool is_long_block(Slot first) noexcept {
    return first >> kSizeShift == kSizeInSecond;
}
/// `last`: the second slot of a long block, the first one of a short block.
[[nodiscard]] constexpr std::uint64_t size_of(Slot first, Slot last) noexcept {
    return is_long_block(first) ? last & ~kSecond : first >> kSizeShift;
}

}  // namespace tracemalloc::preload::block_slot
