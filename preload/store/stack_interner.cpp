// SPDX-License-Identifier: MIT
#include "preload/store/stack_interner.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

namespace {

constexpr std::uint64_t kIdMask = kMaxStacks;

constexpr std::uint64_t entry_of(std::uint64_t hash, std::uint32_t id) noexcept {
    return (hash & ~kIdMask) | id;
}

/// A shorter common run is not worth it: a stack of its own serves as the next anchor.
constexpr bool is_worth_sharing(std::size_t common, std::size_t depth) noexcept {
    return common * 2 >= depth;
}

}  // namespace

StackId StackInterner::intern(const StackView& stack, StackAnchor& anchor) noexcept {
    StackId id = StackId::none;
    if (const Index* const index = index_.load(std::memory_order_acquire)) {
        id = find(index, stack);
    }
    if (id == StackId::none) {
        id = add(stack, anchor);
    }
    if (id != StackId::none) {
        const StackRecord& found = record(id);
        anchor = found.common != 0 ? StackAnchor{static_cast<std::uint32_t>(found.anchor()),
                                                 stack.place - found.skip}
                                   : StackAnchor{static_cast<std::uint32_t>(id), stack.place};
    }
    return id;
}

bool StackInterner::is(const StackRecord& record, const StackView& stack) const noexcept {
    return record.depth == stack.frames.size() && record.flags == stack.flags &&
           record.retired.load(std::memory_order_relaxed) == 0 &&
           frames(record).equals(stack.frames);
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
            if (is(record(id), stack)) {
                return id;
            }
        }
    }
}

/// What the stack has in common with the anchor, by where the two lie to each other in their
/// thread. Compared: a wrong place costs memory, not truth.
StackInterner::CommonRun StackInterner::common_run(const StackView& stack,
                                                   const StackAnchor& anchor) const noexcept {
    if (anchor.id == 0) {
        return {};
    }
    const auto frames = record(StackId{anchor.id}).own_frames();
    const std::size_t skip = stack.place - anchor.place;
    if (skip >= frames.size()) {
        return {};
    }
    const auto different = std::mismatch(frames.begin() + static_cast<std::ptrdiff_t>(skip),
                                         frames.end(), stack.frames.begin(), stack.frames.end());
    const auto count = static_cast<std::size_t>(different.second - stack.frames.begin());
    return is_worth_sharing(count, stack.frames.size()) ? CommonRun{skip, count} : CommonRun{};
}

StackId StackInterner::add(const StackView& stack, const StackAnchor& anchor) noexcept {
    const SpinGuard guard(lock_);
    if (!make_room()) {
        return StackId::none;
    }
    Index* const index = index_.load(std::memory_order_relaxed);
    if (const StackId id = find(index, stack); id != StackId::none) {
        return id;  // another thread was first
    }
    const CommonRun run = common_run(stack, anchor);
    const auto own = stack.frames.subspan(run.count);
    void* const memory = arena_.allocate(sizeof(StackRecord) + own.size_bytes());
    if (memory == nullptr) {
        return StackId::none;
    }
    auto* const record = new (memory) StackRecord(
        stack, run.count != 0 ? StackId{anchor.id} : StackId::none, run.skip, run.count);
    if (!own.empty()) {
        std::memcpy(static_cast<void*>(record + 1), own.data(), own.size_bytes());
    }

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
    const std::uint64_t wanted = entries != 0 ? entries * 2 : kFirstIndexEntries;
    auto* const grown = static_cast<Index*>(pages::map(sizeof(Index) + (wanted - 1) * 8));
    if (grown == nullptr) {
        return false;
    }
    grown->mask = wanted - 1;
    for (std::uint32_t id = 1; id < next; ++id) {
        place(*grown, mutable_record(id).hash(), id);
    }
    index_.store(grown, std::memory_order_release);
    if (old != nullptr) {
        // It stays mapped for finders that still read it; an index of zeros holds nothing.
        pages::forget(old, sizeof(Index) + (entries - 1) * 8);
    }
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
