// SPDX-License-Identifier: MIT
#include "preload/snapshot/reachability.h"

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

/// Small blocks are read many at a time: one system call for each would take longer than the rest.
class Reachability::Batch {
public:
    /// Calls visit(block, word) for each word of the blocks that are added.
    template <typename Visit>
    void add(std::uint32_t index, const Block& block, MemoryReader& reader, Visit visit) noexcept {
        if (block.size > kSmallBytes) {
            reader.for_each_run(block.address, block.address + block.size,
                                [&](std::uintptr_t, const std::uint64_t* words, std::size_t count) {
                                    for (std::size_t at = 0; at < count; ++at) {
                                        visit(index, words[at]);
                                    }
                                });
            return;
        }
        const std::uintptr_t start = (block.address + 7) & ~std::uintptr_t{7};
        const std::uintptr_t end = (block.address + block.size) & ~std::uintptr_t{7};
        if (start >= end) {
            return;
        }
        pieces_[count_] = {reinterpret_cast<void*>(start), end - start};
        owners_[count_++] = index;
        bytes_ += end - start;
        if (count_ == MemoryReader::kMostPieces ||
            bytes_ + kSmallBytes > MemoryReader::kBufferBytes) {
            flush(reader, visit);
        }
    }
    template <typename Visit>
    void flush(MemoryReader& reader, Visit visit) noexcept {
        reader.for_each_piece(
            pieces_, count_, [&](std::size_t piece, const std::uint64_t* words, std::size_t count) {
                for (std::size_t at = 0; at < count; ++at) {
                    visit(owners_[piece], words[at]);
                }
            });
        count_ = 0;
        bytes_ = 0;
    }
    [[nodiscard]] bool is_empty() const noexcept { return count_ == 0; }

private:
    iovec pieces_[MemoryReader::kMostPieces];
    std::uint32_t owners_[MemoryReader::kMostPieces];
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

Reachability::~Reachability() {
    if (states_ != nullptr) {
        pages::unmap(states_, state_bytes());
    }
    if (waiting_ != nullptr) {
        pages::unmap(waiting_, waiting_bytes());
    }
}

bool Reachability::prepare(std::span<const Block> blocks) noexcept {
    blocks_ = blocks;
    states_ = static_cast<State*>(pages::map(state_bytes()));
    waiting_ = static_cast<std::uint32_t*>(pages::map(waiting_bytes()));
    return states_ != nullptr && waiting_ != nullptr && finder_.prepare(blocks);
}

void Reachability::reach(std::size_t block) noexcept {
    if (states_[block] != State::reached) {
        states_[block] = State::reached;
        waiting_[waiting_count_++] = static_cast<std::uint32_t>(block);
    }
}

void Reachability::follow(MemoryReader& reader) noexcept {
    Batch batch;
    const auto visit = [this](std::uint32_t, std::uintptr_t word) { add_root(word); };
    while (waiting_count_ != 0 || !batch.is_empty()) {
        if (waiting_count_ == 0) {
            batch.flush(reader, visit);
        } else {
            const std::uint32_t index = waiting_[--waiting_count_];
            batch.add(index, blocks_[index], reader, visit);
        }
    }
}

void Reachability::find_indirect(MemoryReader& reader) noexcept {
    Batch batch;
    const auto visit = [this](std::uint32_t owner, std::uintptr_t word) {
        const std::uint32_t block = finder_.find(word);
        if (block != BlockFinder::kNone && block != owner && states_[block] == State::unreached) {
            states_[block] = State::indirect;
        }
    };
    for (std::size_t index = 0; index < blocks_.size(); ++index) {
        if (states_[index] != State::reached) {
            batch.add(static_cast<std::uint32_t>(index), blocks_[index], reader, visit);
        }
    }
    batch.flush(reader, visit);
}

}  // namespace tracemalloc::preload
