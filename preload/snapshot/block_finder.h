// SPDX-License-Identifier: MIT
//
// The block that an address points into, among blocks sorted by address: a binary search over every
// 32nd start, which stays in the processor's cache, and one over 32 neighbours.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/platform/pages.h"
#include "preload/store/block_table.h"

namespace tracemalloc::preload {

class BlockFinder {
public:
    static constexpr std::uint32_t kNone = 0xffff'ffff;

    BlockFinder() = default;
    ~BlockFinder() {
        if (starts_ != nullptr) {
            pages::unmap(starts_, bytes());
        }
    }
    BlockFinder(const BlockFinder&) = delete;
    BlockFinder& operator=(const BlockFinder&) = delete;

    /// Blocks that do not overlap. False when there is no memory, or there are too many.
    [[nodiscard]] bool prepare(std::span<const Block> blocks) noexcept {
        blocks_ = blocks;
        if (blocks.empty()) {
            return true;
        }
        count_ = (blocks.size() + kStride - 1) / kStride;
        starts_ = static_cast<std::uintptr_t*>(pages::map(bytes()));
        if (starts_ == nullptr || blocks.size() >= kNone) {
            return false;
        }
        for (std::size_t at = 0; at < count_; ++at) {
            starts_[at] = blocks[at * kStride].address;
        }
        lowest_ = blocks.front().address;
        width_ = end_of(blocks.back()) - lowest_;
        return true;
    }

    /// Index of the block that holds the address; a block of no bytes is at its address.
    [[nodiscard]] std::uint32_t find(std::uintptr_t address) const noexcept {
        if (address - lowest_ >= width_) {
            return kNone;
        }
        const std::size_t index = last_not_above(address);
        return address < end_of(blocks_[index]) ? static_cast<std::uint32_t>(index) : kNone;
    }
    /// Index of the first block that ends behind the address.
    [[nodiscard]] std::size_t first_ending_after(std::uintptr_t address) const noexcept {
        if (blocks_.empty() || address < lowest_) {
            return 0;
        }
        const std::size_t index = last_not_above(address);
        return address < end_of(blocks_[index]) ? index : index + 1;
    }

    static std::uintptr_t end_of(const Block& block) noexcept {
        return block.address + std::max<std::uint64_t>(block.size, 1);
    }

private:
    static constexpr std::size_t kStride = 32;

    [[nodiscard]] std::size_t bytes() const noexcept { return count_ * sizeof(std::uintptr_t); }
    [[nodiscard]] std::size_t last_not_above(std::uintptr_t address) const noexcept {
        const auto group = static_cast<std::size_t>(
            std::upper_bound(starts_ + 1, starts_ + count_, address) - starts_ - 1);
        const std::size_t end = std::min((group + 1) * kStride, blocks_.size());
        std::size_t index = group * kStride;
        for (std::size_t step = kStride / 2; step != 0; step /= 2) {
            index += index + step < end && blocks_[index + step].address <= address ? step : 0;
        }
        return index;
    }

    std::span<const Block> blocks_;
    std::uintptr_t* starts_ = nullptr;
    std::size_t count_ = 0;
    std::uintptr_t lowest_ = 0;
    std::uintptr_t width_ = 0;
};

}  // namespace tracemalloc::preload
