// SPDX-License-Identifier: MIT
//
// A block table and what it says of itself, in the order and form a test compares.
#pragma once

#include <algorithm>
#include <memory>
#include <tuple>
#include <vector>

#include "preload/store/block_table.h"

namespace tracemalloc::preload {

inline StackId stack(std::uint32_t number) {
    return static_cast<StackId>(number);
}

/// 32 MiB of root, so not a local.
inline std::unique_ptr<BlockTable> make_table(unsigned granule_shift) {
    auto table = std::make_unique<BlockTable>();
    table->prepare(granule_shift);
    return table;
}

/// (stack, size) of every live block, sorted: what a snapshot would see.
inline std::vector<std::pair<std::uint32_t, std::uint64_t>> contents(const BlockTable& table) {
    std::vector<Block> found(table.touched_slots());
    found.resize(table.copy_blocks(found.data(), found.size()));
    std::vector<std::pair<std::uint32_t, std::uint64_t>> blocks;
    for (const Block& block : found) {
        blocks.emplace_back(static_cast<std::uint32_t>(block.stack), block.size);
    }
    table.for_each_aside([&](const SideBlock& block) {
        blocks.emplace_back(static_cast<std::uint32_t>(block.stack), block.size);
    });
    std::sort(blocks.begin(), blocks.end());
    return blocks;
}

}  // namespace tracemalloc::preload
