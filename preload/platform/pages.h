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

/// Zeroed memory that is expected to be touched sparsely: no huge pages, and not counted but for
/// what its owner says it touches.
void* reserve(std::size_t bytes) noexcept;

void unmap(void* address, std::size_t bytes) noexcept;

/// Memory from `map` that is only read from now on: holds zeros, takes none and is not counted.
void forget(void* address, std::size_t bytes) noexcept;

/// Bytes of memory from `reserve` that its owner touches from now on; negative: no longer.
void count_touched(std::ptrdiff_t bytes) noexcept;

/// Memory from `reserve`.
void give_back(void* address, std::size_t bytes) noexcept;

/// Calls visit(start, end) for all that is ours now, except what visit itself maps and unmaps.
/// False when there is so much of it that not all is known.
template <typename Visit>
bool for_each_own(Visit visit) noexcept;

/// Bytes mapped by `map` and not unmapped, and those of reserved memory that are touched.
std::uint64_t mapped_bytes() noexcept;

/// The list behind for_each_own: entry `index`, empty where nothing is; false behind the last.
struct OwnMapping {
    std::uintptr_t start;
    std::size_t bytes;
};
bool own_mapping(std::size_t index, OwnMapping& mapping) noexcept;
[[nodiscard]] bool own_mappings_are_known() noexcept;

template <typename Visit>
bool for_each_own(Visit visit) noexcept {
    OwnMapping mapping{};
    for (std::size_t index = 0; own_mapping(index, mapping); ++index) {
        if (mapping.start != 0) {
            visit(mapping.start, mapping.start + mapping.bytes);
        }
    }
    return own_mappings_are_known();
}

}  // namespace tracemalloc::preload::pages
