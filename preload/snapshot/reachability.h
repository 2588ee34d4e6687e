// SPDX-License-Identifier: MIT
//
// Which blocks can be reached from the memory around them, conservatively: any aligned word that
// would be a pointer into a block is one. The caller reads the roots to it; it follows the blocks.
//
// Memory: 24 bytes a block, which the caller gives, and 5 more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/snapshot/block_finder.h"
#include "preload/snapshot/memory_reader.h"

namespace tracemalloc::preload {

class Reachability {
public:
    enum class State : std::uint8_t {
        unreached,  ///< nothing points to it
        indirect,   ///< only blocks that are not reached point to it
        reached
    };

    Reachability() = default;
    ~Reachability();
    Reachability(const Reachability&) = delete;
    Reachability& operator=(const Reachability&) = delete;

    /// Blocks sorted by address that do not overlap. False when there is no memory.
    [[nodiscard]] bool prepare(std::span<const Block> blocks) noexcept;

    void reach(std::size_t block) noexcept;
    void add_root(std::uintptr_t word) noexcept {
        if (const std::uint32_t block = finder_.find(word); block != BlockFinder::kNone) {
            reach(block);
        }
    }
    /// Memory between blocks; what lies in a block is left out. Words for which
    /// `is_no_pointer(word, block)` holds do not count.
    template <typename IsNoPointer>
    void add_roots(std::uintptr_t start, std::uintptr_t end, MemoryReader& reader,
                   IsNoPointer is_no_pointer) noexcept;
    /// Follows the blocks that are reached.
    void follow(MemoryReader& reader) noexcept;
    /// Afterwards: tells the blocks that others which are not reached lead to from those that
    /// nothing does. A block that points to itself is not led to by that.
    void find_indirect(MemoryReader& reader) noexcept;

    [[nodiscard]] State state(std::size_t block) const noexcept { return states_[block]; }
    [[nodiscard]] std::span<const Block> blocks() const noexcept { return blocks_; }

private:
    /// Larger ones are read page by page.
    static constexpr std::uint64_t kSmallBytes = std::uint64_t{16} << 10;

    class Batch;
    [[nodiscard]] std::size_t state_bytes() const noexcept { return blocks_.size() + 1; }
    [[nodiscard]] std::size_t waiting_bytes() const noexcept {
        return (blocks_.size() + 1) * sizeof(std::uint32_t);
    }

    std::span<const Block> blocks_;
    BlockFinder finder_;
    State* states_ = nullptr;
    std::uint32_t* waiting_ = nullptr;  ///< reached, and not read yet
    std::size_t waiting_count_ = 0;
};

template <typename IsNoPointer>
void Reachability::add_roots(std::uintptr_t start, std::uintptr_t end, MemoryReader& reader,
                             IsNoPointer is_no_pointer) noexcept {
    reader.for_each_run(
        start, end, [&](std::uintptr_t address, const std::uint64_t* words, std::size_t count) {
            std::size_t next = finder_.first_ending_after(address);
            for (std::size_t at = 0; at < count;) {
                const std::uintptr_t here = address + at * 8;
                while (next < blocks_.size() && BlockFinder::end_of(blocks_[next]) <= here) {
                    ++next;
                }
                if (next < blocks_.size() && blocks_[next].address <= here) {
                    at = (BlockFinder::end_of(blocks_[next]) + 7 - address) / 8;
                    continue;
                }
                const std::uint32_t block = finder_.find(words[at++]);
                if (block != BlockFinder::kNone && !is_no_pointer(words[at - 1], blocks_[block])) {
                    reach(block);
                }
            }
        });
}

}  // namespace tracemalloc::preload
