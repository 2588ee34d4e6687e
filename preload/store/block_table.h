// SPDX-License-Identifier: MIT
//
// Address → live block, as a page table: two levels, one 8-byte slot for each granule of heap.
//
//   address   [ 47 … 26 | 25 … 5 | 4 3 2 1 0 ]        glibc: granule of 32 bytes
//                 │          └─ slot in a leaf of 2^21 slots, mapped on first touch
//                 └─ root: 2^22 pointers, untouched pages cost nothing
//   slot      [ size 30 | epoch 8 | offset in granule 2 | stack id 24 ]    0 = empty
//
// Between the return of malloc and the call of free an address belongs to one thread, so a slot has
// one writer at a time and needs no lock and no atomic read-modify-write. Except where two blocks
// may share a granule of 16 bytes: their threads compete for the slot by compare-and-swap. What
// does not fit a slot (a size of 1 GiB or more, the second block of a granule) goes to a side table
// behind a lock.
//
// The leaf remembers which of its pages were written, so a walk reads no page twice and maps none.
// Memory: 8 bytes for each granule of heap in use, in whole pages; 1 byte for 16 KiB of heap.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "common/dump_format.h"
#include "preload/platform/attributes.h"
#include "preload/store/epoch_table.h"
#include "preload/store/large_blocks.h"
#include "preload/store/mapped_ranges.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

/// A live block as the table holds it.
struct Block {
    std::uintptr_t address = 0;
    std::uint64_t size = 0;
    StackId stack = StackId::none;  ///< none: no block
    EpochId epoch = 0;              ///< in which it was born
};

/// The packed form of everything but the address; sorts by stack, then size, then epoch.
enum class BlockKey : std::uint64_t {};
inline constexpr unsigned kSlotSizeBits = 30;
inline constexpr std::uint64_t kSlotSizeMax = 0x3fff'fffe;

[[nodiscard]] constexpr BlockKey make_key(StackId stack, std::uint64_t size,
                                          EpochId epoch) noexcept {
    return BlockKey{static_cast<std::uint64_t>(stack) << (kSlotSizeBits + kEpochBits) |
                    size << kEpochBits | epoch};
}
[[nodiscard]] constexpr StackId stack_of(BlockKey key) noexcept {
    return static_cast<StackId>(static_cast<std::uint64_t>(key) >> (kSlotSizeBits + kEpochBits));
}
[[nodiscard]] constexpr std::uint64_t size_of(BlockKey key) noexcept {
    return static_cast<std::uint64_t>(key) >> kEpochBits &
           ((std::uint64_t{1} << kSlotSizeBits) - 1);
}
[[nodiscard]] constexpr EpochId epoch_of(BlockKey key) noexcept {
    return static_cast<EpochId>(key);
}

class BlockTable {
public:
    /// `granule_shift` 5 where blocks are never closer than 32 bytes (glibc), else 4.
    void prepare(unsigned granule_shift) noexcept;

    /// False when the kernel gave no memory for it: the block is not recorded.
    /// `replaced` gets the size of a block the table still held at this address.
    TM_INLINE bool put(std::uintptr_t address, std::uint64_t size, StackId stack,
                       std::int64_t& replaced) noexcept {
        Leaf* const leaf = root_entry(root_index(address)).load(std::memory_order_acquire);
        const std::size_t index = slot_index(address);
        if (TM_LIKELY(leaf != nullptr && has_slot_of_its_own(address, size))) {
            std::atomic<std::uint64_t>& slot = leaf->slots[index];
            if (TM_LIKELY(slot.load(std::memory_order_relaxed) == 0)) {
                leaf->written[index / kSlotsPerPage].store(1, std::memory_order_relaxed);
                slot.store(pack(address, size, stack) | epoch_bits_.load(std::memory_order_relaxed),
                           std::memory_order_relaxed);
                return true;
            }
        }
        return put_slowly({address, size, stack, epochs_.current()}, replaced);
    }

    /// A block that was taken lives on: it keeps its birth.
    bool put_back(const Block& block, std::int64_t& replaced) noexcept;

    /// Removes and returns the block; `stack` is none when it is not recorded. `before(size,
    /// stack)` is called for one that is, while it is still there.
    template <typename Before>
    TM_INLINE Block take(std::uintptr_t address, Before before) noexcept {
        const std::uintptr_t granule = address >> granule_shift_;
        if (TM_UNLIKELY(granule >> kLeafBits >= kRootEntries)) {
            return {};
        }
        Leaf* const leaf = root_entry(granule >> kLeafBits).load(std::memory_order_acquire);
        if (TM_UNLIKELY(leaf == nullptr)) {
            return {};
        }
        std::atomic<std::uint64_t>& slot = leaf->slots[granule & (kLeafSlots - 1)];
        const std::uint64_t value = slot.load(std::memory_order_relaxed);
        if (TM_LIKELY(value != 0 && offset_of(value) == granule_offset(address) &&
                      size_of(value) <= kSlotSizeMax)) {
            before(size_of(value), stack_of(value));
            slot.store(0, std::memory_order_relaxed);
            return {address, size_of(value), stack_of(value), epoch_of(value)};
        }
        if (TM_UNLIKELY(value != 0 || !large_.is_empty())) {
            if (const Block block = get(address); block.stack != StackId::none) {
                before(block.size, block.stack);
            }
            return take_slowly(address, value);
        }
        return {};
    }
    TM_INLINE Block take(std::uintptr_t address) noexcept {
        return take(address, [](std::uint64_t, StackId) {});
    }

    /// Nothing is recorded at this address; the caller is who would change that.
    [[nodiscard]] TM_INLINE bool is_empty_at(std::uintptr_t address) const noexcept {
        const std::uintptr_t root_at = address >> (granule_shift_ + kLeafBits);
        const Leaf* const leaf = root_at < kRootEntries ? root_[root_at] : nullptr;
        return (leaf == nullptr ||
                leaf->slots[slot_index(address)].load(std::memory_order_relaxed) == 0) &&
               large_.is_empty();
    }

    /// Copies the packed slots of all live blocks to `out`, at most `room`; returns how many there
    /// are. Slots of blocks in the side table are left out. While frozen.
    std::size_t copy_keys(BlockKey* out, std::size_t room) const noexcept;
    /// The same blocks with their addresses.
    std::size_t copy_blocks(Block* out, std::size_t room) const noexcept;
    template <typename Visit>
    void for_each_large(Visit visit) const noexcept {
        large_.for_each(visit);
        tracked_.for_each(visit);
        mapped_.for_each([&visit](const MappedRange& range) {
            visit(LargeBlock{range.start, range.end - range.start, range.stack, range.epoch,
                             dump::kMappingDomain});
        });
    }

    /// The heap block at this address, which stays.
    [[nodiscard]] Block get(std::uintptr_t address) noexcept;
    /// What the program itself says it holds.
    [[nodiscard]] LargeBlocks& tracked() noexcept { return tracked_; }
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
    /// In a fork child that could not be frozen first.
    void reset_lock() noexcept {
        large_.reset_lock();
        tracked_.reset_lock();
        mapped_.reset_lock();
    }
    /// For a process that ends now: who holds a lock may never give it back.
    void give_up_waiting_after(std::int64_t patience_ns) const noexcept {
        large_.lock().give_up_waiting_after(patience_ns);
        tracked_.lock().give_up_waiting_after(patience_ns);
        mapped_.lock().give_up_waiting_after(patience_ns);
    }

private:
    static constexpr unsigned kLeafBits = 21;
    static constexpr std::size_t kLeafSlots = std::size_t{1} << kLeafBits;
    static constexpr std::size_t kRootEntries = std::size_t{1} << 22;
    static constexpr std::size_t kSlotsPerPage = 512;
    static constexpr std::uint64_t kSizeElsewhere = 0x3fff'ffff;  // in the side table
    static constexpr unsigned kSizeShift = 64 - kSlotSizeBits;
    static constexpr unsigned kEpochShift = kSizeShift - kEpochBits;
    static constexpr unsigned kOffsetShift = kStackIdBits;

    struct Leaf {
        std::atomic<std::uint64_t> slots[kLeafSlots];
        std::atomic<unsigned char> written[kLeafSlots / kSlotsPerPage];
        Leaf* next;            // all leaves, so that a walk does not read the root
        std::uintptr_t first;  // the address of slot 0
    };

    /// False for huge blocks and for those that may have a neighbour in their granule.
    [[nodiscard]] bool has_slot_of_its_own(std::uintptr_t address,
                                           std::uint64_t size) const noexcept {
        return size - smallest_alone_ <= kSlotSizeMax - smallest_alone_ &&
               (address & shared_offset_) == 0;
    }
    [[nodiscard]] std::atomic_ref<Leaf*> root_entry(std::size_t index) noexcept {
        return std::atomic_ref<Leaf*>(root_[index]);
    }
    [[nodiscard]] std::size_t root_index(std::uintptr_t address) const noexcept {
        return (address >> (granule_shift_ + kLeafBits)) & (kRootEntries - 1);
    }
    [[nodiscard]] std::size_t slot_index(std::uintptr_t address) const noexcept {
        return (address >> granule_shift_) & (kLeafSlots - 1);
    }
    static StackId stack_of(std::uint64_t slot) noexcept {
        return static_cast<StackId>(slot & kMaxStacks);
    }
    static EpochId epoch_of(std::uint64_t slot) noexcept {
        return static_cast<EpochId>(slot >> kEpochShift);
    }
    static std::uint64_t size_of(std::uint64_t slot) noexcept { return slot >> kSizeShift; }
    static std::uint64_t offset_of(std::uint64_t slot) noexcept { return slot >> kOffsetShift & 3; }
    /// Two bits tell the blocks of a granule apart; with granules of 16 bytes one is redundant.
    static std::uint64_t granule_offset(std::uintptr_t address) noexcept {
        return address >> 3 & 3;
    }
    static std::uint64_t pack(std::uintptr_t address, std::uint64_t size, StackId stack) noexcept {
        return size << kSizeShift | granule_offset(address) << kOffsetShift |
               static_cast<std::uint64_t>(stack);
    }
    static std::uint64_t epoch_bits(EpochId epoch) noexcept {
        return std::uint64_t{epoch} << kEpochShift;
    }

    /// `visit(leaf, index, slot)` for each slot that holds a block of its own.
    template <typename Visit>
    void for_each_slot(Visit visit) const noexcept;
    [[nodiscard]] std::uintptr_t address_of(const Leaf& leaf, std::size_t index,
                                            std::uint64_t slot) const noexcept {
        const std::uintptr_t granule = leaf.first + (index << granule_shift_);
        return granule | (offset_of(slot) << 3 & ((std::uintptr_t{1} << granule_shift_) - 1));
    }
    bool put_slowly(const Block& block, std::int64_t& replaced) noexcept;
    Block take_slowly(std::uintptr_t address, std::uint64_t slot) noexcept;
    Leaf* leaf_for(std::uintptr_t address) noexcept;
    void merge_epochs() noexcept;
    void follow_epochs() noexcept;

    [[nodiscard]] const Leaf* first_leaf() const noexcept {
        return leaves_.load(std::memory_order_acquire);
    }

    // All-zero, so that the root needs no place in the file.
    unsigned granule_shift_ = 0;
    bool was_cleared_ = false;
    std::uint64_t smallest_alone_ = 0;
    std::uintptr_t shared_offset_ = 0;
    std::atomic<std::uint64_t> epoch_bits_{0};  // the current epoch, where it stands in a slot
    EpochTable epochs_;
    LargeBlocks large_;
    LargeBlocks tracked_;
    MappedRanges mapped_;
    std::atomic<Leaf*> leaves_{nullptr};
    Leaf* root_[kRootEntries] = {};  // not std::atomic: clang would evaluate 4 million constructors
};

}  // namespace tracemalloc::preload
