// SPDX-License-Identifier: MIT
#include "preload/store/stack_interner.h"

#include <cstring>
#include <new>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uint64_t kIdMask = kMaxStacks;

constexpr std::uint64_t entry_of(std::uint64_t hash, std::uint32_t id) noexcept {
    return (hash & ~kIdMask) | id;
}

bool equal(const StackRecord& record, const StackView& stack) noexcept {
    return record.depth == stack.frames.size() && record.flags == stack.flags &&
           record.retired.load(std::memory_order_relaxed) == 0 &&
           std::memcmp(record.frames().data(), stack.frames.data(), stack.frames.size_bytes()) == 0;
}

}  // namespace

StackId StackInterner::intern(const StackView& stack) noexcept {
    if (const Index* const index = index_.load(std::memory_order_acquire)) {
        if (const StackId id = find(index, stack); id != StackId::none) {
            return id;
        }
    }
    return add(stack);
}

StackId StackInterner::find(const Index* index, const StackView& stack) const noexcept {
    for (std::uint64_t at = stack.hash >> 32;; ++at) {
        const std::uint64_t entry =
            index->entries[at & index->mask].load(std::memory_order_acquire);
        if (entry == 0) {
            return StackId::none;
        }
        if (((entry ^ stack.hash) & ~kIdMask) == 0) {
            const auto id = static_cast<StackId>(entry & kIdMask);
            if (equal(record(id), stack)) {
                return id;
            }
        }
    }
}

StackId StackInterner::add(const StackView& stack) noexcept {
    const SpinGuard guard(lock_);
    if (!make_room()) {
        return StackId::none;
    }
    Index* const index = index_.load(std::memory_order_relaxed);
    if (const StackId id = find(index, stack); id != StackId::none) {
        return id;  // another thread was first
    }
    void* const memory = arena_.allocate(sizeof(StackRecord) + stack.frames.size_bytes());
    if (memory == nullptr) {
        return StackId::none;
    }
    auto* const record =
        new (memory) StackRecord{stack.hash, static_cast<std::uint16_t>(stack.frames.size()),
                                 stack.flags, std::atomic<std::uint32_t>{0}};
    std::memcpy(static_cast<void*>(record + 1), stack.frames.data(), stack.frames.size_bytes());

    const std::uint32_t id = size_.load(std::memory_order_relaxed) + 1;
    directory_[id >> kRowBits].load(std::memory_order_relaxed)[id & kRowMask] = record;
    size_.store(id, std::memory_order_release);
    place(*index, stack.hash, id);
    return static_cast<StackId>(id);
}

/// A directory row and an index at most half full for one stack more.
bool StackInterner::make_room() noexcept {
    const std::uint32_t next = size_.load(std::memory_order_relaxed) + 1;
    if (next > kMaxStacks) {
        return false;
    }
    std::atomic<StackRecord**>& row = directory_[next >> kRowBits];
    if (row.load(std::memory_order_relaxed) == nullptr) {
        void* const memory = pages::map(sizeof(StackRecord*) << kRowBits);
        if (memory == nullptr) {
            return false;
        }
        row.store(static_cast<StackRecord**>(memory), std::memory_order_release);
    }
    Index* const old = index_.load(std::memory_order_relaxed);
    const std::uint64_t entries = old != nullptr ? old->mask + 1 : 0;
    if (next * 2 <= entries) {
        return true;
    }
    // The old index stays mapped for finders that still read it: at most as much again in all.
    const std::uint64_t wanted = entries != 0 ? entries * 2 : kFirstIndexEntries;
    auto* const grown = static_cast<Index*>(pages::map(sizeof(Index) + (wanted - 1) * 8));
    if (grown == nullptr) {
        return false;
    }
    grown->mask = wanted - 1;
    for (std::uint32_t id = 1; id < next; ++id) {
        place(*grown, mutable_record(id).hash, id);
    }
    index_.store(grown, std::memory_order_release);
    return true;
}

void StackInterner::place(Index& index, std::uint64_t hash, std::uint32_t id) noexcept {
    std::uint64_t at = hash >> 32;
    while (index.entries[at & index.mask].load(std::memory_order_relaxed) != 0) {
        ++at;
    }
    index.entries[at & index.mask].store(entry_of(hash, id), std::memory_order_release);
}

}  // namespace tracemalloc::preload
