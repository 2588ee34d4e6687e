// SPDX-License-Identifier: MIT
//
// The anonymous memory that the program mapped itself, as ranges of addresses that never overlap:
// a piece of one may be unmapped, and one call may unmap pieces of many.
//
//   directory, sorted   [ first address | entries, one page | count ] …
//   page, sorted        [ start | end | age | stack, epoch ] … at most 128
//
// Finding is two binary searches; adding and removing move at most one page of entries and, for one
// page in 64 entries, the directory. 32 to 64 bytes a range.
//
// A range without a stack is reserved: addresses that nothing may touch yet. It is remembered, for
// mprotect() makes memory of it, but it is no block and has no size.
//
// A mapping ends before the program hears of it, and its addresses may then be another thread's.
// So a call that ends mappings takes a moment of the clock first, and removes only what is older.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/platform/spin_lock.h"
#include "preload/store/epoch_table.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

struct MappedRange {
    std::uintptr_t start;
    std::uintptr_t end;
    std::uint64_t age;  ///< the moment it was recorded
    StackId stack;      ///< none: reserved
    EpochId epoch;      ///< in which it became memory
};

class MappedRanges {
public:
    static constexpr std::uint64_t kAnyAge = ~std::uint64_t{0};

    /// Later than all that is recorded, earlier than all that will be.
    std::uint64_t moment() noexcept { return clock_.fetch_add(1, std::memory_order_relaxed) + 1; }

    enum class State { unknown, reserved, memory };

    /// Takes the place of what was there; `removed` gets how many bytes of memory that was. False
    /// when there is no memory: then it is not recorded, and what it replaced is gone.
    bool put(std::uintptr_t start, std::uintptr_t end, StackId stack,
             std::uint64_t& removed) noexcept;
    /// Removes what was recorded before `moment`, and cuts ranges that reach out. False when there
    /// was no memory for the second rest of a range that was cut in the middle.
    bool remove(std::uintptr_t start, std::uintptr_t end, std::uint64_t moment,
                std::uint64_t& removed) noexcept;
    /// Makes memory of what is reserved between the two, or without a stack the other way round;
    /// `changed` gets how many bytes that was. False as in put().
    bool change(std::uintptr_t start, std::uintptr_t end, StackId stack,
                std::uint64_t& changed) noexcept;
    [[nodiscard]] bool has_reserved(std::uintptr_t start, std::uintptr_t end) const noexcept;
    [[nodiscard]] State state_at(std::uintptr_t address) const noexcept;
    /// Forgets all of them. While frozen.
    void clear() noexcept;
    /// In which those that come are born. While frozen.
    void set_epoch(EpochId epoch) noexcept { epoch_ = epoch; }
    /// Epoch n is `merged[n]` from now on. While frozen.
    void renumber_epochs(const EpochTable::Numbers& merged) noexcept;

    [[nodiscard]] SpinLock& lock() const noexcept { return lock_; }

    /// The memory in order of address, with the lock. What a signal that ends the process found
    /// half written looks reserved.
    template <typename Visit>
    void for_each(Visit visit) const noexcept {
        const SpinGuard guard(lock_);
        for (std::size_t page = 0; page < page_count_; ++page) {
            for (std::uint32_t at = 0; at < pages_[page].count; ++at) {
                if (pages_[page].entries[at].stack != StackId::none) {
                    visit(pages_[page].entries[at]);
                }
            }
        }
    }

private:
    struct Page {
        std::uintptr_t first;
        MappedRange* entries;
        std::uint32_t count;
    };
    struct Place {
        std::size_t page;
        std::uint32_t at;
    };

    [[nodiscard]] Place first_ending_after(std::uintptr_t address) const noexcept;
    [[nodiscard]] bool is_end(Place place) const noexcept { return place.page >= page_count_; }
    [[nodiscard]] Place next(Place place) const noexcept;
    bool cut(std::uintptr_t start, std::uintptr_t end, std::uint64_t moment,
             std::uint64_t& removed) noexcept;
    bool insert(const MappedRange& range) noexcept;
    Place erase(Place place) noexcept;
    bool split(std::size_t page) noexcept;
    bool add_page(std::size_t page) noexcept;
    bool grow_directory() noexcept;

    Page* pages_ = nullptr;
    std::size_t page_count_ = 0;
    std::size_t page_room_ = 0;
    std::atomic<std::uint64_t> clock_{0};
    EpochId epoch_ = 0;
    mutable SpinLock lock_;
};

}  // namespace tracemalloc::preload
