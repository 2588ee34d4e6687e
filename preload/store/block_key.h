// SPDX-License-Identifier: MIT
//
// A live block without its address, in one word that sorts by stack, then size, then epoch.
#pragma once

#include <cstdint>

#include "preload/store/epoch_table.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

/// No block has key 0: stacks begin at 1.
enum class BlockKey : std::uint64_t {};
inline constexpr unsigned kKeySizeBits = 30;

[[nodiscard]] constexpr BlockKey make_key(StackId stack, std::uint64_t size,
                                          EpochId epoch) noexcept {
    return BlockKey{static_cast<std::uint64_t>(stack) << (kKeySizeBits + kEpochBits) |
                    size << kEpochBits | epoch};
}
[[nodiscard]] constexpr StackId stack_of(BlockKey key) noexcept {
    return static_cast<StackId>(static_cast<std::uint64_t>(key) >> (kKeySizeBits + kEpochBits));
}
[[nodiscard]] constexpr std::uint64_t size_of(BlockKey key) noexcept {
    return static_cast<std::uint64_t>(key) >> kEpochBits & ((std::uint64_t{1} << kKeySizeBits) - 1);
}
[[nodiscard]] constexpr EpochId epoch_of(BlockKey key) noexcept {
    return static_cast<EpochId>(key);
}

}  // namespace tracemalloc::preload
