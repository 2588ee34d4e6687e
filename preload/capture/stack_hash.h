// SPDX-License-Identifier: MIT
//
// The hash of a stack. Two lanes, so that the multiplications of neighbouring frames overlap:
// about four instructions a frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tracemalloc::preload {

constexpr std::uint64_t stack_hash(std::span<const std::uintptr_t> frames,
                                   std::uint16_t flags) noexcept {
    constexpr std::uint64_t kPrime = 0x9e3779b97f4a7c15ULL;
    std::uint64_t even = flags + 1U;
    std::uint64_t odd = frames.size();
    std::size_t at = 0;
    for (; at + 2 <= frames.size(); at += 2) {
        even = (even + frames[at]) * kPrime;
        odd = (odd + frames[at + 1]) * kPrime;
    }
    if (at < frames.size()) {
        even = (even + frames[at]) * kPrime;
    }
    // The low bits of a product depend on the low bits of its factors only: fold the high ones in.
    std::uint64_t mixed = (even ^ even >> 32) * kPrime + (odd ^ odd >> 29);
    mixed = (mixed ^ mixed >> 32) * kPrime;
    return mixed ^ mixed >> 29;
}

}  // namespace tracemalloc::preload
