// SPDX-License-Identifier: MIT
//
// Memory from the kernel: nothing in this library allocates through the heap it traces. What is
// mapped is counted and reported in every dump.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tracemalloc::preload::pages {

inline constexpr std::size_t kPageBytes = 4096;

constexpr std::size_t round_up(std::size_t bytes) noexcept {
    return (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
}

/// Zeroed memory, or null when the kernel refuses. Counted as ours in full.
void* map(std::size_t bytes) noexcept;

/// Zeroed memory that is expected to be touched sparsely: no huge pages, not counted; its owner
/// counts what it touches.
void* reserve(std::size_t bytes) noexcept;

void unmap(void* address, std::size_t bytes) noexcept;

/// Bytes mapped by `map` and not unmapped.
std::uint64_t mapped_bytes() noexcept;

}  // namespace tracemalloc::preload::pages
