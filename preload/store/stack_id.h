// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace tracemalloc::preload {

/// Handle of an interned stack, stable for the life of the process; 0 = none. 24 bits, so that a
/// block with its size fits one word.
enum class StackId : std::uint32_t { none = 0 };

inline constexpr std::uint32_t kStackIdBits = 24;
inline constexpr std::uint32_t kMaxStacks = (1U << kStackIdBits) - 1;

}  // namespace tracemalloc::preload
