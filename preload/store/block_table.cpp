// SPDX-License-Identifier: MIT
#include "preload/store/block_table.h"

#include <sys/mman.h>

#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

void BlockTable::prepare(unsigned granule_shift) noexcept {
    place_shift_ = granule_shift - 1;
    // A block of more than 8 bytes at the start of its granule of 16 fills it.
    smallest_alone_ = granule_shift < 5 ? 9 : 0;
    shared_half_ = granule_shift < 5 ? 1 : 0;
    most_above_smallest_ = block_slot::kLongSizeMax - smallest_alone_;
    // A huge page here would cost 2 MiB for the first block.
    const auto start = reinterpret_cast<std::uintptr_t>(&root_) & ~(pages::kPageBytes - 1);
    system_call(SYS_madvise, start, sizeof root_, MADV_NOHUGEPAGE);
}

BlockTable::Leaf* BlockTable::leaf_of(std::uintptr_t address) noexcept {
    const std::uintptr_t place = address >> place_shift_;
    return place >> kPlaceBits < kRootEntries
               ? root_entry(root_index(place)).load(std::memory_order_acquire)
               : nullptr;
}

BlockTable::Leaf* BlockTable::leaf_for(std::uintptr_t address) noexcept {
    const std::uintptr_t number = address >> place_shift_ >> kPlaceBits;
    if (number >= kRootEntries) {
        return nullptr;
    }
    const std::atomic_ref<Leaf*> entry = root_entry(number);
    Leaf* leaf = entry.load(std::memory_order_acquire);
    if (leaf != nullptr) {
        return leaf;
    }
    auto* const fresh = static_cast<Leaf*>(pages::reserve(sizeof(Leaf)));
    if (fresh == nullptr) {
        return nullptr;
    }
    fresh->first.store(number << kPlaceBits << place_shift_, std::memory_order_relaxed);
    has_leaves_.store(true, std::memory_order_release);
    if (entry.compare_exchange_strong(leaf, fresh, std::memory_order_acq_rel)) {
        // Only walks over all leaves read `next`, and they find this one below.
        fresh->next = leaves_.load(std::memory_order_relaxed);
        while (!leaves_.compare_exchange_weak(fresh->next, fresh, std::memory_order_acq_rel)) {
        }
        return fresh;
    }
    pages::give_back(fresh, sizeof(Leaf));
    return leaf;
}

bool BlockTable::put_aside(std::uintptr_t address, std::uint64_t size, StackId stack,
                           std::int64_t& replaced) noexcept {
    const std::uintptr_t place = address >> place_shift_;
    if (place >> kPlaceBits >= kRootEntries) {
        return false;
    }
    if (Leaf* const leaf = leaf_of(address)) {
        replaced += remove_leftovers(*leaf, place, size);
    }
    return aside_.put({address, size, stack, epochs_.current()}, replaced);
}

bool BlockTable::put_back(const Block& block, std::int64_t& replaced) noexcept {
    if (!has_leaves_.load()) {
        return aside_.put({block.address, block.size, block.stack, block.epoch}, replaced);
    }
    return put_slowly(block, replaced);
}

bool BlockTable::put_slowly(const Block& block, std::int64_t& replaced) noexcept {
    Leaf* const leaf = leaf_for(block.address);
    if (leaf == nullptr) {
        return false;
    }
    const std::uintptr_t place = block.address >> place_shift_;
    const std::size_t index = slot_index(place);
    std::atomic<Slot>& first = leaf->slots[index];
    replaced += remove_leftovers(*leaf, place, block.size);

    const bool is_huge = block.size > block_slot::kLongSizeMax;
    const std::uint64_t size = is_huge ? block_slot::kSizeElsewhere : block.size;
    mark_written(*leaf, index);
    Slot found = 0;
    const bool has_slot = first.compare_exchange_strong(
        found,
        block_slot::first(block.stack, place & 1,
                          block_slot::is_long(size) ? block_slot::kSizeInSecond : size),
        std::memory_order_relaxed);
    if (has_slot && block_slot::is_long(size)) {
        leaf->slots[index + 1].store(block_slot::second(size), std::memory_order_relaxed);
    }
    if (has_slot && !is_huge) {
        if (epochs_.current() != 0) {
            leaf->epochs[index] = block.epoch;
        }
        return true;
    }
    if (aside_.put({block.address, block.size, block.stack, block.epoch}, replaced)) {
        return true;
    }
    if (has_slot) {
        remove(*leaf, index, first.load(std::memory_order_relaxed));
    }
    return false;
}

/// Someone freed blocks behind our back and their memory came again: bytes of those that occupy the
/// slots of the block that is to come.
std::int64_t BlockTable::remove_leftovers(Leaf& leaf, std::uintptr_t place,
                                          std::uint64_t size) noexcept {
    const std::size_t index = slot_index(place);
    const Slot here = leaf.slots[index].load(std::memory_order_relaxed);
    std::uint64_t bytes = 0;
    if (block_slot::is_second(here)) {
        const Slot before = leaf.slots[index - 1].load(std::memory_order_relaxed);
        bytes += remove(leaf, index - 1, before).size;
    } else if (block_slot::is_first_at(here, place & 1)) {
        bytes += remove(leaf, index, here).size;
    }
    if (block_slot::is_long(size)) {
        const Slot next = leaf.slots[index + 1].load(std::memory_order_relaxed);
        if (block_slot::is_first(next)) {
            bytes += remove(leaf, index + 1, next).size;
        }
    }
    return static_cast<std::int64_t>(bytes);
}

/// The block whose first slot this is.
Block BlockTable::get(Leaf& leaf, std::size_t index, Slot first) noexcept {
    const std::uintptr_t address = address_of(leaf, index, first);
    std::uint64_t size = block_slot::size_code_of(first);
    if (size == block_slot::kSizeInSecond) {
        size = block_slot::size_in(leaf.slots[index + 1].load(std::memory_order_relaxed));
    }
    if (size != block_slot::kSizeElsewhere) {
        return {address, size, block_slot::stack_of(first), epoch_of(leaf, index)};
    }
    const SideBlock block = aside_.get(address);
    return {address, block.size, block.stack, block.epoch};
}

/// Takes it out, unless another block came to its slots.
Block BlockTable::remove(Leaf& leaf, std::size_t index, Slot first) noexcept {
    const Block block = get(leaf, index, first);
    if (block_slot::is_long_block(first)) {
        leaf.slots[index + 1].store(0, std::memory_order_relaxed);
        if (block.size > block_slot::kLongSizeMax) {
            aside_.take(block.address);
        }
    }
    leaf.slots[index].compare_exchange_strong(first, 0, std::memory_order_relaxed);
    return block;
}

/// Where in the slots a block begins at this address; without a leaf if none does.
BlockTable::Found BlockTable::find(std::uintptr_t address) noexcept {
    const std::uintptr_t place = address >> place_shift_;
    const std::size_t index = slot_index(place);
    Leaf* const leaf = leaf_of(address);
    const Slot first =
        leaf != nullptr ? leaf->slots[index].load(std::memory_order_relaxed) : Slot{0};
    return {block_slot::is_first_at(first, place & 1) ? leaf : nullptr, index, first};
}

Block BlockTable::take_slowly(std::uintptr_t address) noexcept {
    if (const Found found = find(address); found.leaf != nullptr) {
        return remove(*found.leaf, found.index, found.first);
    }
    const SideBlock block = aside_.take(address);
    return {address, block.size, block.stack, block.epoch};
}

Block BlockTable::get(std::uintptr_t address) noexcept {
    if (const Found found = find(address); found.leaf != nullptr) {
        return get(*found.leaf, found.index, found.first);
    }
    const SideBlock block = aside_.may_hold(address) ? aside_.get(address) : SideBlock{};
    return {address, block.size, block.stack, block.epoch};
}

}  // namespace tracemalloc::preload
