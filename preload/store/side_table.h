// SPDX-License-Identifier: MIT
//
// The block table's side table: blocks that do not fit a slot, and those of a process that records
// one in thousands, for which a page of slots would be filled with one block. Few and rare, so one
// lock and one open-addressing array do.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/platform/spin_lock.h"
#include "preload/store/epoch_table.h"
#include "preload/store/growing_array.h"
#include "preload/store/presence_filter.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

struct SideBlock {
    std::uintptr_t address;  ///< 0: never used; 1: removed
    std::uint64_t size;
    StackId stack;
    EpochId epoch;
    std::uint32_t domain = 0;  ///< each has addresses of its own
};

class SideTable {
public:
    /// False when there is no memory. An entry with this address is replaced; `replaced` grows by
    /// its size.
    bool put(const SideBlock& block, std::int64_t& replaced) noexcept;
    /// `stack` is none when there is no such block.
    SideBlock take(std::uintptr_t address, std::uint32_t domain = 0) noexcept;
    /// The same, and leaves it there.
    [[nodiscard]] SideBlock get(std::uintptr_t address) const noexcept;
    /// Forgets all of them. While frozen.
    void clear() noexcept;
    /// Epoch n is `merged[n]` from now on. While frozen.
    void renumber_epochs(const EpochTable::Numbers& merged) noexcept;
    [[nodiscard]] std::size_t size() const noexcept {
        return live_.load(std::memory_order_acquire);
    }
    [[nodiscard]] bool is_empty() const noexcept { return size() == 0; }
    /// False: there is no block of any domain at this address. Takes no lock; the caller is who
    /// would take the block.
    [[nodiscard]] TM_INLINE bool may_hold(std::uintptr_t address) const noexcept {
        return filter_.may_hold(address);
    }
    /// There may be one, for good.
    void look_at(std::uintptr_t address) noexcept {
        const SpinGuard guard(lock_);
        filter_.add(address);
    }
    [[nodiscard]] SpinLock& lock() const noexcept { return lock_; }

    /// Holds the lock: a view is made ready before the threads stand still.
    template <typename Visit>
    void for_each(Visit visit) const noexcept {
        const SpinGuard guard(lock_);
        for_each_with_lock(visit);
    }

private:
    static constexpr std::uintptr_t kRemoved = 1;

    template <typename Visit>
    void for_each_with_lock(Visit visit) const noexcept {
        for (SideBlock& block : entries_) {
            if (block.address > kRemoved) {
                visit(block);
            }
        }
    }
    [[nodiscard]] SideBlock* find(std::uintptr_t address, std::uint32_t domain) const noexcept;
    bool grow() noexcept;
    static std::size_t home(std::uintptr_t address, std::uint32_t domain) noexcept {
        return ((address >> 3) + domain) * 0x9e3779b97f4a7c15ULL >> 20;
    }

    GrowingArray<SideBlock> entries_;
    std::size_t used_ = 0;  // live and removed
    std::atomic<std::size_t> live_{0};
    PresenceFilter filter_;
    mutable SpinLock lock_;
};

}  // namespace tracemalloc::preload
