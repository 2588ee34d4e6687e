// SPDX-License-Identifier: MIT
//
// The block table as a whole: what is done to all blocks, page by page of those written.
#include <sys/mman.h>

#include <cstring>

#include "preload/platform/pages.h"
#include "preload/platform/system_call.h"
#include "preload/store/block_table.h"

namespace tracemalloc::preload {

namespace {

/// Several atomics at once, at a multiple of 8.
TM_INLINE std::uint64_t eight_bytes_at(const void* atomics) noexcept {
    using Word [[gnu::may_alias]] = std::uint64_t;
    return __atomic_load_n(static_cast<const Word*>(atomics), __ATOMIC_RELAXED);
}

}  // namespace

/// `visit(leaf, page)` for each page of slots that was written, eight marks at a look.
template <typename Visit>
void BlockTable::for_each_written_page(Visit visit) const noexcept {
    for (Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr; leaf = leaf->next) {
        for (std::size_t at = 0; at < kLeafPages; at += 8) {
            if (eight_bytes_at(&leaf->written[at]) == 0) {
                continue;
            }
            for (std::size_t page = at; page < at + 8; ++page) {
                if (leaf->written[page].load(std::memory_order_relaxed) != 0) {
                    visit(*leaf, page);
                }
            }
        }
    }
}

// A process that ends by a signal may have been storing a block: one without its second slot is not
// there yet, or not any more.
template <typename Visit>
void BlockTable::for_each_in_slots(Visit visit) const noexcept {
    for_each_written_page([&](Leaf& leaf, std::size_t page) {
        const auto visit_slot = [&](std::size_t at) {
            const Slot first = leaf.slots[at].load(std::memory_order_relaxed);
            if (!block_slot::is_first(first)) {
                return;
            }
            std::uint64_t size = block_slot::size_code_of(first);
            if (size == block_slot::kSizeInSecond) {
                const Slot second = leaf.slots[at + 1].load(std::memory_order_relaxed);
                size = block_slot::is_second(second) ? block_slot::size_in(second)
                                                     : block_slot::kSizeElsewhere;
            }
            if (size != block_slot::kSizeElsewhere) {
                visit(leaf, at, first, size);
            }
        };
        // In most pages most slots are empty.
        const auto visit_pair = [&](std::size_t at, std::uint64_t pair) {
            if ((pair & block_slot::kFirstOfTwo) != 0) {
                visit_slot(at);
                visit_slot(at + 1);
            }
        };
        for (std::size_t at = page * kSlotsPerPage; at < (page + 1) * kSlotsPerPage; at += 8) {
            const std::uint64_t pairs[] = {
                eight_bytes_at(&leaf.slots[at]), eight_bytes_at(&leaf.slots[at + 2]),
                eight_bytes_at(&leaf.slots[at + 4]), eight_bytes_at(&leaf.slots[at + 6])};
            if (((pairs[0] | pairs[1] | pairs[2] | pairs[3]) & block_slot::kFirstOfTwo) != 0) {
                visit_pair(at, pairs[0]);
                visit_pair(at + 2, pairs[1]);
                visit_pair(at + 4, pairs[2]);
                visit_pair(at + 6, pairs[3]);
            }
        }
    });
}

// A few pages are cleared in place; of more, the kernel takes the memory back.
void BlockTable::clear() noexcept {
    constexpr std::size_t kFewPages = 64;
    if (written_pages() > kFewPages) {
        give_back();
    } else {
        for_each_written_page([this](Leaf& leaf, std::size_t page) { clear(leaf, page); });
    }
    for (Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr; leaf = leaf->next) {
        std::memset(static_cast<void*>(leaf->written), 0, sizeof leaf->written);
    }
    was_cleared_ = true;
    aside_.clear();
    tracked_.clear();
    mapped_.clear();
}

/// Also the second slot of the page's last block.
void BlockTable::clear(Leaf& leaf, std::size_t page) noexcept {
    const std::size_t begin = page * kSlotsPerPage;
    std::atomic<Slot>& behind = leaf.slots[begin + kSlotsPerPage];
    if (block_slot::is_second(behind.load(std::memory_order_relaxed))) {
        behind.store(0, std::memory_order_relaxed);
    }
    std::memset(static_cast<void*>(&leaf.slots[begin]), 0, kSlotsPerPage * sizeof leaf.slots[0]);
    if (epochs_.current() != 0) {
        std::memset(&leaf.epochs[begin], 0, kSlotsPerPage * sizeof leaf.epochs[0]);
    }
}

void BlockTable::give_back() noexcept {
    for (Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr; leaf = leaf->next) {
        system_call(SYS_madvise, &leaf->slots, sizeof leaf->slots, MADV_DONTNEED);
        system_call(SYS_madvise, &leaf->epochs, sizeof leaf->epochs, MADV_DONTNEED);
    }
}

void BlockTable::begin_epoch(std::uint32_t snapshots, std::int64_t unix_ns) noexcept {
    if (epochs_.is_full()) {
        merge_epochs();
    }
    epochs_.begin(snapshots, unix_ns);
    mapped_.set_epoch(epochs_.current());
}

void BlockTable::inherit(std::int64_t unix_ns) noexcept {
    epochs_.mark_inherited();
    begin_epoch(0, unix_ns);
}

void BlockTable::restart_epochs(std::int64_t unix_ns) noexcept {
    epochs_.restart(unix_ns);
    mapped_.set_epoch(epochs_.current());
}

void BlockTable::merge_epochs() noexcept {
    EpochTable::Numbers merged{};
    epochs_.merge_older(merged);
    for_each_in_slots([&](Leaf& leaf, std::size_t index, Slot, std::uint64_t) {
        leaf.epochs[index] = merged[leaf.epochs[index]];
    });
    aside_.renumber_epochs(merged);
    tracked_.renumber_epochs(merged);
    mapped_.renumber_epochs(merged);
}

void BlockTable::count_keys(KeyCounter& counter) const noexcept {
    for_each_in_slots([&](const Leaf& leaf, std::size_t index, Slot first, std::uint64_t size) {
        counter.add(make_key(block_slot::stack_of(first), size, epoch_of(leaf, index)));
    });
}

std::size_t BlockTable::copy_blocks(Block* out, std::size_t room) const noexcept {
    std::size_t found = 0;
    for_each_in_slots([&](const Leaf& leaf, std::size_t index, Slot first, std::uint64_t size) {
        if (found < room) {
            out[found] = {address_of(leaf, index, first), size, block_slot::stack_of(first),
                          epoch_of(leaf, index)};
        }
        ++found;
    });
    return found;
}

std::size_t BlockTable::written_pages() const noexcept {
    std::size_t pages = 0;
    for_each_written_page([&](Leaf&, std::size_t) { ++pages; });
    return pages;
}

std::uint64_t BlockTable::touched_bytes() const noexcept {
    std::uint64_t bytes = 0;
    for (const Leaf* leaf = leaves_.load(std::memory_order_acquire); leaf != nullptr;
         leaf = leaf->next) {
        bytes += pages::kPageBytes;  // its `written` bytes
    }
    const std::size_t slot_bytes = sizeof(Slot) + (epochs_.current() != 0 ? sizeof(EpochId) : 0);
    return bytes + touched_slots() * slot_bytes;
}

}  // namespace tracemalloc::preload
