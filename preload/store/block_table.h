// SPDX-License-Identifier: MIT
//
// Address → live block, as a page table: two levels, one 4-byte slot for each granule of heap.
//
//   address   [ 47 … 26 | 25 … 5 | 4 3 2 1 0 ]        glibc: granule of 32 bytes
//                 │          └─ slot in a leaf of 2^21 slots, mapped on first touch
//                 └─ root: 2^22 pointers, untouched pages cost nothing
//   slot      a short block, or one half of a long one: see block_slot.h    0 = empty
//
// Between the return of malloc and the call of free an address belongs to one thread, so a slot has
// one writer at a time and needs no lock and no atomic read-modify-write. Except where two blocks
// may share a granule of 16 bytes: their threads compete for the slot by compare-and-swap. What
// does not fit (1 GiB or more, the second block of a granule) goes to a side table with a lock.
//
// The epoch of a block stands beside the slots and is written from the second epoch on: a process
// that takes no snapshot before its end has no memory for it.
//
// The leaf remembers which of its pages were written, so a walk reads no page twice and maps none.
// Memory: 4 bytes for each granule of heap in use, in whole pages, and 1 byte more after the first
// snapshot; 1 byte for 32 KiB of heap.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "common/dump_format.h"
#include "preload/platform/attributes.h"
#include "preload/store/block_slot.h"
#include "preload/store/epoch_table.h"
#include "preload/store/key_counter.h"
#include "preload/store/mapped_ranges.h"
#include "preload/store/side_table.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

/// A live block as the table holds it.
struct Block {
    std::uintptr_t address = 0;
    std::uint64_t size = 0;
    StackId stack = StackId::none;  ///< none: no block
    EpochId epoch = 0;              ///< in which it was born
};

class BlockTable {
public:
    /// `granule_shift` 5 where blocks are never closer than 32 bytes (glibc), else 4.
    void prepare(unsigned granule_shift) noexcept;

    /// False when the kernel gave no memory for it: the block is not recorded. `replaced` grows by
    /// the sizes of blocks that the table still held there.
    TM_INLINE bool put(std::uintptr_t address, std::uint64_t size, StackId stack,
                       std::int64_t& replaced) noexcept {
        const std::uintptr_t place = address >> place_shift_;
        Leaf* const leaf = root_entry(root_index(place)).load(std::memory_order_acquire);
        if (TM_LIKELY(leaf != nullptr && has_slots_of_its_own(place, size))) {
            const std::size_t index = slot_index(place);
            if (TM_LIKELY(store(&leaf->slots[index], place, size, stack))) {
                mark_written(*leaf, index);
                if (TM_UNLIKELY(epochs_.current() != 0)) {
                    leaf->epochs[index] = epochs_.current();
                }
                return true;
            }
        }
        return put_slowly({address, size, stack, epochs_.current()}, replaced);
    }

    /// The same for one of few blocks: beside the slots, of which it would need a page.
    bool put_aside(std::uintptr_t address, std::uint64_t size, StackId stack,
                   std::int64_t& replaced) noexcept;

    [[nodiscard]] std::size_t count_aside() const noexcept { return aside_.size(); }

    /// A block that was taken lives on: it keeps its birth.
    bool put_back(const Block& block, std::int64_t& replaced) noexcept;

    /// Removes and returns the block; `stack` is none when it is not recorded. `before(size,
    /// stack)` is called for one that is, while it is still there.
    template <typename Before>
    TM_INLINE Block take(std::uintptr_t address, Before before) noexcept {
        const std::uintptr_t place = address >> place_shift_;
        if (TM_UNLIKELY(place >> kPlaceBits >= kRootEntries)) {
            return {};
        }
        Leaf* const leaf = root_entry(place >> kPlaceBits).load(std::memory_order_acquire);
        if (TM_UNLIKELY(leaf == nullptr)) {
            return aside_.may_hold(address) ? take_slowly(address, before) : Block{};
        }
        const std::size_t index = slot_index(place);
        std::atomic<Slot>* const slot = &leaf->slots[index];
        const Slot first = slot->load(std::memory_order_relaxed);
        if (TM_LIKELY(block_slot::is_first_at(first, place & 1))) {
            std::uint64_t size = block_slot::size_code_of(first);
            const bool is_long = size == block_slot::kSizeInSecond;
            if (is_long) {
                size = block_slot::size_in(slot[1].load(std::memory_order_relaxed));
            }
            if (TM_LIKELY(size != block_slot::kSizeElsewhere)) {
                const Block block{address, size, block_slot::stack_of(first),
                                  epoch_of(*leaf, index)};
                before(block.size, block.stack);
                if (is_long) {
                    slot[1].store(0, std::memory_order_relaxed);
                }
                slot->store(0, std::memory_order_relaxed);
                return block;
            }
        }
        if (TM_UNLIKELY(first != 0 || aside_.may_hold(address))) {
            return take_slowly(address, before);
        }
        return {};
    }
    Block take(std::uintptr_t address) noexcept {
        return take(address, [](std::uint64_t, StackId) {});
    }
    /// Nothing is recorded at this address; the caller is who would change that.
    [[nodiscard]] TM_INLINE bool is_empty_at(std::uintptr_t address) const noexcept {
        return !aside_.may_hold(address) && (!has_leaves_.load() || has_empty_slot(address));
    }

    /// To take a block here a signal handler would have to wait for what it interrupted.
    [[nodiscard]] bool is_busy_with(std::uintptr_t address) const noexcept {
        return aside_.lock().is_held_by_caller() && aside_.may_hold(address);
    }

    /// Says that something may be at this address, for good.
    void look_at(std::uintptr_t address) noexcept { aside_.look_at(address); }

    /// Counts all live blocks but those of the side table. While frozen.
    void count_keys(KeyCounter& counter) const noexcept;
    /// Copies the same blocks to `out`, at most `room`; returns how many there are.
    std::size_t copy_blocks(Block* out, std::size_t room) const noexcept;
    template <typename Visit>
    void for_each_aside(Visit visit) const noexcept {
        aside_.for_each(visit);
        tracked_.for_each(visit);
        mapped_.for_each([&visit](const MappedRange& range) {
            visit(SideBlock{range.start, range.end - range.start, range.stack, range.epoch,
                            dump::kMappingDomain});
        });
    }

    /// The heap block at this address, which stays.
    [[nodiscard]] Block get(std::uintptr_t address) noexcept;
    /// What the program itself says it holds.
    [[nodiscard]] SideTable& tracked() noexcept { return tracked_; }
    /// What it mapped itself, with TRACEMALLOC_MMAP=1.
    [[nodiscard]] MappedRanges& mapped() noexcept { return mapped_; }
    /// Forgets every block. While frozen.
    void clear() noexcept;
    /// The same for good and in no time: the memory goes back to the kernel. Not to be read again.
    void give_back() noexcept;

    /// Blocks may be alive that it once held.
    [[nodiscard]] bool was_cleared() const noexcept { return was_cleared_; }
    /// Blocks that come are born in a new epoch, which begins when `snapshots` were taken. While
    /// frozen. Rarely, when numbers have run out, it walks over all blocks.
    void begin_epoch(std::uint32_t snapshots, std::int64_t unix_ns) noexcept;
    /// In a fork child: what there is are the parent's.
    void inherit(std::int64_t unix_ns) noexcept;
    /// The epoch of a table without blocks begins now.
    void restart_epochs(std::int64_t unix_ns) noexcept;
    [[nodiscard]] const EpochTable& epochs() const noexcept { return epochs_; }

    /// Bytes of the pages written so far.
    [[nodiscard]] std::uint64_t touched_bytes() const noexcept;
    /// Not fewer than there are blocks in slots.
    [[nodiscard]] std::size_t touched_slots() const noexcept {
        return written_pages() * kSlotsPerPage;
    }
    template <typename Action>
    void for_each_lock(Action action) noexcept {
        action(aside_.lock());
        action(tracked_.lock());
        action(mapped_.lock());
    }

private:
    using Slot = block_slot::Slot;
    static constexpr unsigned kLeafBits = 21;
    static constexpr unsigned kPlaceBits = kLeafBits + 1;
    static constexpr std::size_t kLeafSlots = std::size_t{1} << kLeafBits;
    static constexpr std::size_t kRootEntries = std::size_t{1} << 22;
    static constexpr std::size_t kSlotsPerPage = 1024;
    static constexpr std::size_t kLeafPages = kLeafSlots / kSlotsPerPage;

    struct Leaf {
        std::atomic<Slot> slots[kLeafSlots + 1];  // the last granule's block may be a long one
        alignas(4096) EpochId epochs[kLeafSlots];
        alignas(8) std::atomic<unsigned char> written[kLeafPages];
        Leaf* next;                         // all leaves, so that a walk does not read the root
        std::atomic<std::uintptr_t> first;  // the address of slot 0
    };

    /// False for huge blocks and for those that may have a neighbour in their granule.
    [[nodiscard]] bool has_slots_of_its_own(std::uintptr_t place,
                                            std::uint64_t size) const noexcept {
        return size - smallest_alone_ <= most_above_smallest_ && (place & shared_half_) == 0;
    }
    /// False, and nothing is done, when a slot is not empty.
    static TM_INLINE bool store(std::atomic<Slot>* slot, std::uintptr_t place, std::uint64_t size,
                                StackId stack) noexcept {
        if (TM_UNLIKELY(slot->load(std::memory_order_relaxed) != 0)) {
            return false;
        }
        if (!block_slot::is_long(size)) {
            slot->store(block_slot::first(stack, place & 1, size), std::memory_order_relaxed);
            return true;
        }
        if (TM_UNLIKELY(slot[1].load(std::memory_order_relaxed) != 0)) {
            return false;
        }
        slot->store(block_slot::first(stack, place & 1, block_slot::kSizeInSecond),
                    std::memory_order_relaxed);
        slot[1].store(block_slot::second(size), std::memory_order_relaxed);
        return true;
    }
    /// Threads share the line that the mark lies in: it is read, and written once.
    static TM_INLINE void mark_written(Leaf& leaf, std::size_t index) noexcept {
        std::atomic<unsigned char>& mark = leaf.written[index / kSlotsPerPage];
        if (TM_UNLIKELY(mark.load(std::memory_order_relaxed) == 0)) {
            mark.store(1, std::memory_order_relaxed);
        }
    }
    [[nodiscard]] std::atomic_ref<Leaf*> root_entry(std::size_t index) noexcept {
        return std::atomic_ref<Leaf*>(root_[index]);
    }
    // A place is an address in halves of a granule.
    static std::size_t root_index(std::uintptr_t place) noexcept {
        return (place >> kPlaceBits) & (kRootEntries - 1);
    }
    static std::size_t slot_index(std::uintptr_t place) noexcept {
        return (place >> 1) & (kLeafSlots - 1);
    }
    [[nodiscard]] TM_INLINE EpochId epoch_of(const Leaf& leaf, std::size_t index) const noexcept {
        return epochs_.current() != 0 ? leaf.epochs[index] : EpochId{0};
    }
    [[nodiscard]] std::uintptr_t address_of(const Leaf& leaf, std::size_t index,
                                            Slot first) const noexcept {
        const std::uintptr_t start = leaf.first.load(std::memory_order_relaxed);
        return start + ((index << 1 | block_slot::half_of(first)) << place_shift_);
    }

    template <typename Visit>
    void for_each_written_page(Visit visit) const noexcept;
    /// `visit(leaf, index, first, size)` for each block in slots.
    template <typename Visit>
    void for_each_in_slots(Visit visit) const noexcept;
    void clear(Leaf& leaf, std::size_t page) noexcept;
    [[nodiscard]] std::size_t written_pages() const noexcept;
    [[nodiscard]] Leaf* leaf_of(std::uintptr_t address) noexcept;
    struct Found {
        Leaf* leaf;
        std::size_t index;
        Slot first;
    };
    [[nodiscard]] Found find(std::uintptr_t address) noexcept;
    [[nodiscard]] TM_INLINE bool has_empty_slot(std::uintptr_t address) const noexcept {
        const std::uintptr_t place = address >> place_shift_;
        const Leaf* const leaf =
            place >> kPlaceBits < kRootEntries ? root_[place >> kPlaceBits] : nullptr;
        return leaf == nullptr ||
               leaf->slots[slot_index(place)].load(std::memory_order_relaxed) == 0;
    }
    template <typename Before>
    Block take_slowly(std::uintptr_t address, Before before) noexcept {
        const Block block = get(address);
        if (block.stack == StackId::none) {
            return {};
        }
        before(block.size, block.stack);
        return take_slowly(address);
    }
    bool put_slowly(const Block& block, std::int64_t& replaced) noexcept;
    Block take_slowly(std::uintptr_t address) noexcept;
    Block get(Leaf& leaf, std::size_t index, Slot first) noexcept;
    Block remove(Leaf& leaf, std::size_t index, Slot first) noexcept;
    std::int64_t remove_leftovers(Leaf& leaf, std::uintptr_t place, std::uint64_t size) noexcept;
    Leaf* leaf_for(std::uintptr_t address) noexcept;
    void merge_epochs() noexcept;

    // All-zero, so that the root needs no place in the file.
    unsigned place_shift_ = 0;
    bool was_cleared_ = false;
    std::uint64_t smallest_alone_ = 0;
    std::uint64_t most_above_smallest_ = 0;
    std::uintptr_t shared_half_ = 0;
    EpochTable epochs_;
    SideTable aside_;
    SideTable tracked_;
    MappedRanges mapped_;
    std::atomic<Leaf*> leaves_{nullptr};
    std::atomic<bool> has_leaves_{false};  // or soon: spares a look at the root
    Leaf* root_[kRootEntries] = {};  // not std::atomic: clang would evaluate 4 million constructors
};

}  // namespace tracemalloc::preload
