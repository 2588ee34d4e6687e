// SPDX-License-Identifier: MIT
#include "preload/store/block_table.h"

#include <sys/mman.h>

#include <cstring>

#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

void BlockTable::prepare(unsigned granule_shift) noexcept {
    granule_shift_ = granule_shift;
    // A block of more than 8 bytes at the start of its granule of 16 fills it.
    smallest_alone_ = granule_shift < 5 ? 9 : 0;
    shared_offset_ = granule_shift < 5 ? 8 : 0;
    // A huge page here would cost 2 MiB for the first block.
    const auto start = reinterpret_cast<std::uintptr_t>(&root_) & ~(pages::kPageBytes - 1);
    system_call(SYS_madvise, start, sizeof root_, MADV_NOHUGEPAGE);
}

BlockTable::Leaf* BlockTable::leaf_for(std::uintptr_t address) noexcept {
    if (address >> (granule_shift_ + kLeafBits) >= kRootEntries) {
        return nullptr;
    }
    const std::atomic_ref<Leaf*> entry = root_entry(root_index(address));
    Leaf* leaf = entry.load(std::memory_order_acquire);
    if (leaf != nullptr) {
        return leaf;
    }
    auto* const fresh = static_cast<Leaf*>(pages::reserve(sizeof(Leaf)));
    if (fresh == nullptr) {
        return nullptr;
    }
    if (entry.compare_exchange_strong(leaf, fresh, std::memory_order_acq_rel)) {
        // Only walks over all leaves read it, and they find this one below.
        fresh->first = address >> (granule_shift_ + kLeafBits) << (granule_shift_ + kLeafBits);
        fresh->next = leaves_.load(std::memory_order_relaxed);
        while (!leaves_.compare_exchange_weak(fresh->next, fresh, std::memory_order_acq_rel)) {
        }
        return fresh;
    }
    pages::give_back(fresh, sizeof(Leaf));
    return leaf;
}

bool BlockTable::put_back(const Block& block, std::int64_t& replaced) noexcept {
    return put_slowly(block, replaced);
}

bool BlockTable::put_slowly(const Block& block, std::int64_t& replaced) noexcept {
    const std::uintptr_t address = block.address;
    Leaf* const leaf = leaf_for(address);
    if (leaf == nullptr) {
        return false;
    }
    std::atomic<std::uint64_t>& slot = leaf->slots[slot_index(address)];
    std::uint64_t found = slot.load(std::memory_order_relaxed);
    if (found != 0 && offset_of(found) == granule_offset(address)) {
        // Someone freed a block behind our back and the address came again.
        replaced = static_cast<std::int64_t>(take_slowly(address, found).size);
        found = 0;
    }
    const bool is_huge = block.size > kSlotSizeMax;
    leaf->written[slot_index(address) / kSlotsPerPage].store(1, std::memory_order_relaxed);
    const bool has_slot =
        found == 0 && slot.compare_exchange_strong(
                          found,
                          pack(address, is_huge ? kSizeElsewhere : block.size, block.stack) |
                              epoch_bits(block.epoch),
                          std::memory_order_relaxed);
    if (has_slot && !is_huge) {
        return true;
    }
    if (large_.put({address, block.size, block.stack, block.epoch}, replaced)) {
        return true;
    }
    if (has_slot) {
        slot.store(0, std::memory_order_relaxed);
    }
    return false;
}

Block BlockTable::take_slowly(std::uintptr_t address, std::uint64_t slot) noexcept {
    if (slot != 0 && offset_of(slot) == granule_offset(address)) {
        Leaf* const leaf = root_entry(root_index(address)).load(std::memory_order_relaxed);
        leaf->slots[slot_index(address)].store(0, std::memory_order_relaxed);
        if (size_of(slot) != kSizeElsewhere) {
            return {address, size_of(slot), stack_of(slot), epoch_of(slot)};
        }
    }
    if (large_.is_empty()) {
        return {};
    }
    const LargeBlock block = large_.take(address);
    return {address, block.size, block.stack, block.epoch};
}

Block BlockTable::get(std::uintptr_t address) noexcept {
    Leaf* const leaf = address >> (granule_shift_ + kLeafBits) < kRootEntries
                           ? root_entry(root_index(address)).load(std::memory_order_acquire)
                           : nullptr;
    if (leaf == nullptr) {
        return {};
    }
    const std::uint64_t slot = leaf->slots[slot_index(address)].load(std::memory_order_relaxed);
    if (slot != 0 && offset_of(slot) == granule_offset(address) &&
        size_of(slot) != kSizeElsewhere) {
        return {address, size_of(slot), stack_of(slot), epoch_of(slot)};
    }
    const LargeBlock block = large_.get(address);
    return {address, block.size, block.stack, block.epoch};
}

// A few pages are cleared in place; of more, the kernel takes the memory back.
void BlockTable::clear() noexcept {
    constexpr std::size_t kFewPages = 64;
    for (Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr; leaf = leaf->next) {
        std::size_t cleared = 0;
        for (std::size_t page = 0; page < kLeafSlots / kSlotsPerPage; ++page) {
            if (leaf->written[page].load(std::memory_order_relaxed) == 0) {
                continue;
            }
            leaf->written[page].store(0, std::memory_order_relaxed);
            if (cleared++ < kFewPages) {
                std::memset(static_cast<void*>(&leaf->slots[page * kSlotsPerPage]), 0,
                            kSlotsPerPage * sizeof leaf->slots[0]);
            }
        }
        if (cleared > kFewPages) {
            system_call(SYS_madvise, &leaf->slots, sizeof leaf->slots, MADV_DONTNEED);
        }
    }
    was_cleared_ = true;
    large_.clear();
    tracked_.clear();
    mapped_.clear();
}

void BlockTable::give_back() noexcept {
    for (Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr; leaf = leaf->next) {
        system_call(SYS_madvise, &leaf->slots, sizeof leaf->slots, MADV_DONTNEED);
    }
}

void BlockTable::begin_epoch(std::uint32_t snapshots, std::int64_t unix_ns) noexcept {
    if (epochs_.is_full()) {
        merge_epochs();
    }
    epochs_.begin(snapshots, unix_ns);
    follow_epochs();
}

void BlockTable::inherit(std::int64_t unix_ns) noexcept {
    epochs_.mark_inherited();
    begin_epoch(0, unix_ns);
}

void BlockTable::restart_epochs(std::int64_t unix_ns) noexcept {
    epochs_.restart(unix_ns);
    follow_epochs();
}

/// Where the current epoch stands ready for what is recorded.
void BlockTable::follow_epochs() noexcept {
    epoch_bits_.store(epoch_bits(epochs_.current()), std::memory_order_relaxed);
    mapped_.set_epoch(epochs_.current());
}

void BlockTable::merge_epochs() noexcept {
    EpochTable::Numbers merged{};
    epochs_.merge_older(merged);
    for_each_slot([&](Leaf& leaf, std::size_t index, std::uint64_t slot) {
        const std::uint64_t other = slot & ~epoch_bits(EpochTable::kCapacity - 1);
        leaf.slots[index].store(other | epoch_bits(merged[epoch_of(slot)]),
                                std::memory_order_relaxed);
    });
    large_.renumber_epochs(merged);
    tracked_.renumber_epochs(merged);
    mapped_.renumber_epochs(merged);
}

template <typename Visit>
void BlockTable::for_each_slot(Visit visit) const noexcept {
    for (Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr; leaf = leaf->next) {
        for (std::size_t page = 0; page < kLeafSlots / kSlotsPerPage; ++page) {
            if (leaf->written[page].load(std::memory_order_relaxed) == 0) {
                continue;
            }
            for (std::size_t at = page * kSlotsPerPage; at < (page + 1) * kSlotsPerPage; ++at) {
                const std::uint64_t slot = leaf->slots[at].load(std::memory_order_relaxed);
                if (slot != 0 && size_of(slot) != kSizeElsewhere) {
                    visit(*leaf, at, slot);
                }
            }
        }
    }
}

std::size_t BlockTable::copy_keys(BlockKey* out, std::size_t room) const noexcept {
    std::size_t found = 0;
    for_each_slot([&](const Leaf&, std::size_t, std::uint64_t slot) {
        if (found < room) {
            out[found] = make_key(stack_of(slot), size_of(slot), epoch_of(slot));
        }
        ++found;
    });
    return found;
}

std::size_t BlockTable::copy_blocks(Block* out, std::size_t room) const noexcept {
    std::size_t found = 0;
    for_each_slot([&](const Leaf& leaf, std::size_t index, std::uint64_t slot) {
        if (found < room) {
            out[found] = {address_of(leaf, index, slot), size_of(slot), stack_of(slot),
                          epoch_of(slot)};
        }
        ++found;
    });
    return found;
}

std::uint64_t BlockTable::touched_bytes() const noexcept {
    std::uint64_t written_pages = 0;
    for (const Leaf* leaf = first_leaf(); leaf != nullptr; leaf = leaf->next) {
        written_pages += 1;  // its `written` bytes
        for (const std::atomic<unsigned char>& is_written : leaf->written) {
            written_pages += is_written.load(std::memory_order_relaxed);
        }
    }
    return written_pages * pages::kPageBytes;
}

}  // namespace tracemalloc::preload
