// SPDX-License-Identifier: MIT
//
// The rows of the block addresses section: each live block by itself.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/platform/pages.h"
#include "preload/snapshot/dump_file.h"
#include "preload/snapshot/dump_stacks.h"
#include "preload/snapshot/frozen_view.h"

namespace tracemalloc::preload {

/// Stack id → index of the stack in the dump, which holds them in order of id.
class StackRanks {
public:
    explicit StackRanks(const FrozenView& view) noexcept {
        DumpStacks all(view);
        for (StackId stack; (stack = all.next()) != StackId::none;) {
            room_ = static_cast<std::uint32_t>(stack) + 1;
        }
        ranks_ = static_cast<std::uint32_t*>(pages::map(bytes()));
        std::uint32_t rank = 0;
        DumpStacks stacks(view);
        for (StackId stack; ranks_ != nullptr && (stack = stacks.next()) != StackId::none;) {
            ranks_[static_cast<std::uint32_t>(stack)] = rank++;
        }
    }
    ~StackRanks() {
        if (ranks_ != nullptr) {
            pages::unmap(ranks_, bytes());
        }
    }
    StackRanks(const StackRanks&) = delete;
    StackRanks& operator=(const StackRanks&) = delete;

    [[nodiscard]] bool is_ready() const noexcept { return ranks_ != nullptr; }
    [[nodiscard]] std::uint32_t of(StackId id) const noexcept {
        return ranks_[static_cast<std::uint32_t>(id)];
    }

private:
    [[nodiscard]] std::size_t bytes() const noexcept { return room_ * sizeof(std::uint32_t); }

    std::size_t room_ = 1;
    std::uint32_t* ranks_ = nullptr;
};

/// False when there was no memory for it.
inline bool put_block_addresses(DumpFile& file, const FrozenView& view) noexcept {
    const StackRanks ranks(view);
    if (!ranks.is_ready()) {
        return false;
    }
    file.begin(dump::SectionKind::block_addresses);
    std::uintptr_t previous = 0;
    for (const Block& block : view.blocks()) {
        file.put_number(block.address - previous);
        file.put_number(ranks.of(block.stack));
        file.put_number(block.size);
        previous = block.address;
    }
    file.end(view.blocks().size());
    return true;
}

}  // namespace tracemalloc::preload
