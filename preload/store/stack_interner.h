// SPDX-License-Identifier: MIT
//
// Raw stack → stack id, each distinct stack once.
//
//   index: open addressing, entries of 8 bytes           records: append-only, never move
//     [ hash bits | id ] ──► directory[id >> 12][id & 4095] ──► [ hash, depth, flags | frames … ]
//
// Finding takes no lock: an entry goes from zero to its final value once, and the record behind it
// is complete before that. Adding takes one. Full comparison, never the hash alone.
// Growing publishes a larger index; a finder with the old one may miss, and then finds out under
// the lock. A stack whose code is unloaded is retired: nothing finds it again, its blocks keep it.
//
// Memory: 24 bytes + 8 for each frame + 16 to 32 bytes of index for a stack.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/capture/raw_stack.h"
#include "preload/platform/spin_lock.h"
#include "preload/store/arena.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

struct StackRecord {
    std::uint64_t hash;
    std::uint16_t depth;
    std::uint16_t flags;                 ///< dump::StackFlag
    std::atomic<std::uint32_t> retired;  ///< code generation that ended it; 0: current
    [[nodiscard]] std::span<const std::uintptr_t> frames() const noexcept {
        return {reinterpret_cast<const std::uintptr_t*>(this + 1), depth};
    }
};
static_assert(sizeof(StackRecord) == 16);

class StackInterner {
public:
    /// A stack with this hash is about to be looked for.
    void prefetch(std::uint64_t hash) const noexcept {
        if (const Index* const index = index_.load(std::memory_order_acquire)) {
            __builtin_prefetch(&index->entries[hash >> 32 & index->mask]);
        }
    }
    /// StackId::none when there is no room left.
    StackId intern(const StackView& stack) noexcept;

    [[nodiscard]] const StackRecord& record(StackId id) const noexcept {
        const auto number = static_cast<std::uint32_t>(id);
        return *directory_[number >> kRowBits].load(std::memory_order_acquire)[number & kRowMask];
    }
    /// Ids are 1..size().
    [[nodiscard]] std::uint32_t size() const noexcept {
        return size_.load(std::memory_order_acquire);
    }

    /// Retires every current stack with a frame for which `is_gone(address)` holds.
    template <typename IsGone>
    void retire(std::uint32_t generation, IsGone is_gone) noexcept {
        for (std::uint32_t id = 1; id <= size(); ++id) {
            StackRecord& stack = mutable_record(id);
            for (const std::uintptr_t frame : stack.frames()) {
                if (stack.retired.load(std::memory_order_relaxed) == 0 && is_gone(frame)) {
                    stack.retired.store(generation, std::memory_order_release);
                }
            }
        }
    }

    /// In a fork child that could not be frozen first.
    void reset_lock() noexcept { lock_.reset(); }

private:
    static constexpr std::uint32_t kRowBits = 12;
    static constexpr std::uint32_t kRowMask = (1U << kRowBits) - 1;
    static constexpr std::uint32_t kRows = 1U << (kStackIdBits - kRowBits);
    static constexpr std::uint32_t kFirstIndexEntries = 4096;

    struct Index {
        std::uint64_t mask;
        std::atomic<std::uint64_t> entries[1];  // really mask + 1
    };

    StackRecord& mutable_record(std::uint32_t id) noexcept {
        return *directory_[id >> kRowBits].load(std::memory_order_acquire)[id & kRowMask];
    }
    [[nodiscard]] StackId find(const Index* index, const StackView& stack) const noexcept;
    StackId add(const StackView& stack) noexcept;
    bool make_room() noexcept;
    static void place(Index& index, std::uint64_t hash, std::uint32_t id) noexcept;

    std::atomic<Index*> index_{nullptr};
    std::atomic<std::uint32_t> size_{0};
    SpinLock lock_;
    Arena arena_;
    std::atomic<StackRecord**> directory_[kRows] = {};
};

}  // namespace tracemalloc::preload
