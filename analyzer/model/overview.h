// SPDX-License-Identifier: MIT
//
// What one screen tells of a snapshot: how resident memory divides, which lines hold most, and how
// large the blocks are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Blocks of `least` to `most` bytes: a power of two and what is below the next one.
struct SizeClass {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    Total total;
};

enum class MemoryUse {
    live,      ///< blocks, by the sizes that were asked for
    overhead,  ///< what the allocator adds to them: rounding, headers, blocks older than recording
    free,      ///< kept by the allocator for later
    tracer,    ///< our own tables
    other,     ///< the rest of what is resident: code, stacks, mapped files
};

struct MemoryPart {
    MemoryUse use = MemoryUse::other;
    std::uint64_t bytes = 0;
};

/// The parts of one process. Their sum is `resident` + `absent`.
struct MemoryDivision {
    std::vector<MemoryPart> parts;  ///< none of 0 bytes
    std::uint64_t resident = 0;     ///< 0: not known
    /// Of the parts, what cannot be resident: mapped but never touched, or swapped out.
    std::uint64_t absent = 0;
    bool allocator_known = false;  ///< otherwise its overhead and free memory are in `other`
};

struct Overview {
    MemoryDivision memory;
    Statistics lines;
    std::vector<SizeClass> sizes;   ///< from the smallest that occurs to the largest, no gap
    std::vector<std::string> next;  ///< commands to paste
};

}  // namespace tracemalloc::analyze
