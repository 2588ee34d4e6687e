// SPDX-License-Identifier: MIT
//
// Which live blocks nothing in the process leads to any more (TRACEMALLOC_LEAKS=1). While all
// threads are held.
//
// Roots are all memory that can be written, and what became read-only after relocation, without:
//   * blocks, which are read when something leads to them;
//   * memory of glibc's allocator in no block: free memory holds old pointers;
//   * stacks below where their threads stand;
//   * all that is ours.
// To them come the registers of the thread that ends, the arguments of system calls that threads
// wait in, and what the loader allocated.
//
// It errs to both sides, and says so in docs/user-guide.md: a word that happens to look like a
// pointer hides a leak; a pointer that only a register of a running thread has, or that is not
// stored as it is, makes one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/snapshot/address_ranges.h"
#include "preload/snapshot/frozen_view.h"
#include "preload/snapshot/reachability.h"
#include "preload/snapshot/thread_stacks.h"
#include "preload/store/label_table.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

struct UnreachableBlock {
    std::uint32_t stack;
    bool is_indirect;
    std::uint64_t size;
};

struct LeakScanInput {
    const FrozenView& view;  ///< with addresses
    const StackInterner& stacks;
    const LabelTable& labels;
    std::uintptr_t stack_pointer;  ///< of the program, where this thread left it
    bool allocator_is_glibc;
    bool has_all_blocks;  ///< every live block of the heap is in the view
};

class LeakScan {
public:
    LeakScan() = default;
    ~LeakScan();
    LeakScan(const LeakScan&) = delete;
    LeakScan& operator=(const LeakScan&) = delete;

    void run(const LeakScanInput& input) noexcept;
    /// False also when it could not be done.
    [[nodiscard]] bool is_done() const noexcept { return is_done_; }

    /// Sorted by stack, then size.
    [[nodiscard]] std::span<const UnreachableBlock> unreachable() const noexcept {
        return {unreachable_, unreachable_count_};
    }

private:
    bool scan(const LeakScanInput& input) noexcept;
    bool choose_blocks(const LeakScanInput& input) noexcept;
    void leave_out_allocator() noexcept;
    bool leave_out_own_memory() noexcept;
    bool scan_roots() noexcept;
    void reach_blocks_of_loader(const StackInterner& stacks) noexcept;
    bool collect() noexcept;
    [[nodiscard]] std::span<const Block> blocks() const noexcept { return {blocks_, block_count_}; }

    Block* blocks_ = nullptr;
    std::size_t block_room_ = 0;
    std::size_t block_count_ = 0;
    AddressRanges left_out_;
    ThreadStacks threads_;
    MemoryReader reader_;
    Reachability reachability_;
    UnreachableBlock* unreachable_ = nullptr;
    std::size_t unreachable_room_ = 0;
    std::size_t unreachable_count_ = 0;
    bool is_done_ = false;
};

}  // namespace tracemalloc::preload
