// SPDX-License-Identifier: MIT
//
// The hash of a stack. A sum with one odd factor for each place, so that the sum over a run of
// frames is the difference of two running sums: whoever keeps those pays for the frames that
// changed, not for the depth. See StackWalk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tracemalloc::preload {

inline constexpr std::uint64_t kPlaceFactor = 0x9e3779b97f4a7c15ULL;

/// From the sum of frame * kPlaceFactor^place, the oldest frame at place 0.
constexpr std::uint64_t stack_hash_of_sum(std::uint64_t sum, std::size_t depth,
                                          std::uint16_t flags) noexcept {
    constexpr std::uint64_t kPrime = 0xd6e8feb86659fd93ULL;
    // The low bits of a sum depend on the low bits of the frames only: fold the high ones in.
    std::uint64_t mixed = (sum ^ sum >> 32) * kPrime + (depth << 2 | flags);
    mixed = (mixed ^ mixed >> 32) * kPrime;
    return mixed ^ mixed >> 29;
}

constexpr std::uint64_t stack_hash(std::span<const std::uintptr_t> frames,
                                   std::uint16_t flags) noexcept {
    std::uint64_t sum = 0;
    std::uint64_t factor = 1;
    for (const std::uintptr_t frame : frames) {
        sum += frame * factor;
        factor *= kPlaceFactor;
    }
    return stack_hash_of_sum(sum, frames.size(), flags);
}

}  // namespace tracemalloc::preload
