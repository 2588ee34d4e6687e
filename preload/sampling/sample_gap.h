// SPDX-License-Identifier: MIT
//
// The gate before every allocation hook. While recording is exact the gap is 0 and nothing passes:
// that costs the exact path one load and one branch. While it is sampled nearly every block passes,
// and its hook does nothing but call the next allocator.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

/// Bytes to the next sample of the thread; it lies in the block that brings this to 0 or below.
/// 0: there is none.
extern constinit TM_THREAD_LOCAL std::uint64_t t_sample_gap;

/// As good as none for ever.
inline constexpr std::uint64_t kNoSample = std::uint64_t{1} << 62;

/// Sampled recording, as far as this thread knows: its blocks may not be in the table.
TM_INLINE bool is_sampling() noexcept {
    return t_sample_gap != 0;
}

/// The block holds no sample. An empty block counts as one byte. A signal handler may allocate
/// between the look and the subtraction, which is one instruction: what both use up counts, and a
/// gap that the handler used up ends with this block.
TM_INLINE bool passes_over(std::size_t size) noexcept {
    if (TM_LIKELY(t_sample_gap <= size)) {
        return false;
    }
    const std::uint64_t bytes = size != 0 ? size : 1;
    bool is_used_up = false;
    asm("subq %2, %0" : "+m"(t_sample_gap), "=@ccle"(is_used_up) : "r"(bytes));
    if (TM_UNLIKELY(is_used_up)) {
        t_sample_gap = 1;
        return false;
    }
    return true;
}

}  // namespace tracemalloc::preload
