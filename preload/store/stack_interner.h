// SPDX-License-Identifier: MIT
//
// Raw stack → stack id, each distinct stack once.
//
//   index: open addressing, entries of 8 bytes           records: append-only, never move
//     [ hash bits | id ] ──► directory[id >> 12][id & 4095] ──► [ hash, shape | own frames … ]
//                                                                        └──► its anchor's frames
//
// Finding takes no lock: an entry goes from zero to its final value once, and the record behind it
// is complete before that. Adding takes one. Full comparison, never the hash alone.
// Growing publishes a larger index and gives the old one's pages back; a finder with the old one
// misses, and then finds out under the lock. A stack whose code is unloaded is retired: nothing
// finds it again, its blocks keep it.
//
// Stacks of one thread have most of their older frames in common. So a record keeps only the newer
// frames, if an anchor, which is a stack with all of its frames, has the others in one run:
//
//     anchor   main  parse  declaration  statement  expression  reserve
//     stack          └───── common: skip 1, 3 frames ─────┘     │ call  allocate
//
// Memory: 24 bytes + 8 for each own frame + 16 to 32 bytes of index for a stack.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "preload/capture/raw_stack.h"
#include "preload/platform/spin_lock.h"
#include "preload/store/arena.h"
#include "preload/store/stack_frames.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

struct StackRecord {
    static constexpr std::uint32_t kMostFrames = (1U << 10) - 1;
    static constexpr std::uint64_t kAnchorMask = kMaxStacks;

    std::uint64_t hash_and_anchor;
    std::uint32_t flags : 2;             ///< dump::StackFlag
    std::uint32_t depth : 10;            ///< frames in all
    std::uint32_t skip : 10;             ///< of the anchor's oldest frames
    std::uint32_t common : 10;           ///< the frames behind those, which are the oldest
    std::atomic<std::uint32_t> retired;  ///< code generation that ended it; 0: current

    StackRecord(const StackView& stack, StackId of, std::size_t skipped,
                std::size_t in_common) noexcept
        : hash_and_anchor((stack.hash & ~kAnchorMask) | static_cast<std::uint32_t>(of)),
          flags(stack.flags & 3U),
          depth(stack.frames.size() & kMostFrames),
          skip(skipped & kMostFrames),
          common(in_common & kMostFrames),
          retired(0) {}
    /// Its upper bits, which are all that the index looks at.
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_and_anchor & ~kAnchorMask; }
    /// Of it are the common frames; none: there are none.
    [[nodiscard]] StackId anchor() const noexcept {
        return static_cast<StackId>(hash_and_anchor & kAnchorMask);
    }
    [[nodiscard]] StackFrames::Run own_frames() const noexcept {
        return {reinterpret_cast<const std::uintptr_t*>(this + 1), std::size_t{depth} - common};
    }
};
static_assert(sizeof(StackRecord) == 16);
static_assert(RawStack::kCapacity <= StackRecord::kMostFrames);

class StackInterner {
public:
    /// A stack with this hash is about to be looked for.
    void prefetch(std::uint64_t hash) const noexcept {
        if (const Index* const index = index_.load(std::memory_order_acquire)) {
            __builtin_prefetch(&index->entries[hash >> 32 & index->mask]);
        }
    }
    /// StackId::none when there is no room left. The anchor is that of the thread's last stack, and
    /// becomes this one's.
    StackId intern(const StackView& stack, StackAnchor& anchor) noexcept;
    /// A stack that is not one of a series.
    StackId intern(const StackView& stack) noexcept {
        StackAnchor none;
        return intern(stack, none);
    }

    [[nodiscard]] const StackRecord& record(StackId id) const noexcept {
        const auto number = static_cast<std::uint32_t>(id);
        return *directory_[number >> kRowBits].load(std::memory_order_acquire)[number & kRowMask];
    }
    [[nodiscard]] StackFrames frames(const StackRecord& stack) const noexcept {
        const auto common =
            stack.common == 0
                ? StackFrames::Run{}
                : record(stack.anchor()).own_frames().subspan(stack.skip, stack.common);
        return {common, stack.own_frames()};
    }
    [[nodiscard]] StackFrames frames(StackId id) const noexcept { return frames(record(id)); }
    /// Ids are 1..size().
    [[nodiscard]] std::uint32_t size() const noexcept {
        return size_.load(std::memory_order_acquire);
    }

    /// Retires every current stack with a frame for which `is_gone(address)` holds.
    template <typename IsGone>
    void retire(std::uint32_t generation, IsGone is_gone) noexcept {
        for (std::uint32_t id = 1; id <= size(); ++id) {
            StackRecord& stack = mutable_record(id);
            const StackFrames all = frames(stack);
            for (std::size_t at = 0; at < all.size(); ++at) {
                if (stack.retired.load(std::memory_order_relaxed) == 0 && is_gone(all[at])) {
                    stack.retired.store(generation, std::memory_order_release);
                }
            }
        }
    }

    [[nodiscard]] SpinLock& lock() noexcept { return lock_; }

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
    /// Of the anchor's frames.
    struct CommonRun {
        std::size_t skip = 0;
        std::size_t count = 0;
    };

    [[nodiscard]] bool is(const StackRecord& record, const StackView& stack) const noexcept;
    [[nodiscard]] StackId find(const Index* index, const StackView& stack) const noexcept;
    [[nodiscard]] CommonRun common_run(const StackView& stack,
                                       const StackAnchor& anchor) const noexcept;
    StackId add(const StackView& stack, const StackAnchor& anchor) noexcept;
    bool make_room() noexcept;
    static void place(Index& index, std::uint64_t hash, std::uint32_t id) noexcept;

    std::atomic<Index*> index_{nullptr};
    std::atomic<std::uint32_t> size_{0};
    SpinLock lock_;
    Arena arena_;
    std::atomic<StackRecord**> directory_[kRows] = {};
};

}  // namespace tracemalloc::preload
