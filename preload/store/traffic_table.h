// SPDX-License-Identifier: MIT
//
// All allocations since recording began, by stack, and calls by allocation function.
//
//   thread   [ stack | sums ] × 128, by the stack's lowest bits ──spill──►  rows by stack id, added
//   to
//                                                                           atomically
//
// Most allocations of a thread in a while come from few stacks, so that nearly all are added to an
// entry that is its own; one that has to make room for another stack spills. A snapshot folds what
// threads hold into the rows while they stand still, and is exact.
//
// Memory: 32 bytes for a stack, in tables of 4096 of which untouched pages cost nothing, and 8 KiB
// for a thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "common/allocation_function.h"
#include "preload/platform/thread_state.h"
#include "preload/store/block_table.h"
#include "preload/store/stack_id.h"

namespace tracemalloc::preload {

struct StackTraffic {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    std::uint64_t temporary_count = 0;
    std::uint64_t temporary_bytes = 0;
};

/// What a thread added and nobody folded yet. Written by the thread in a hook, and by anyone while
/// frozen.
struct ThreadTraffic {
    static constexpr std::size_t kEntries = 128;

    struct Entry {
        StackId stack = StackId::none;
        StackTraffic sum;
    };
    std::uintptr_t last_block = 0;  ///< that the thread allocated; 0: or has freed
    StackId last_stack = StackId::none;
    std::uint64_t calls[kAllocationFunctionEnd] = {};
    Entry entries[kEntries];
};

class TrafficTable {
public:
    /// Before the first hook.
    void prepare(bool is_on) noexcept { is_on_ = is_on; }
    [[nodiscard]] bool is_on() const noexcept { return is_on_; }

    // In a hook that records. False when there was no memory for it.
    bool on_allocate(ThreadState& thread, const Block& block, AllocationFunction function) noexcept;
    /// Memory that no allocation function gave.
    bool on_track(ThreadState& thread, StackId stack, std::uint64_t bytes) noexcept;
    /// The program freed it; realloc does not.
    bool on_free(ThreadState& thread, const Block& block) noexcept;
    /// The program had asked for `size`, which was noted as `noted`.
    bool correct_size(ThreadState& thread, StackId stack, std::uint64_t noted,
                      std::uint64_t size) noexcept;

    /// What the thread allocated last is nobody's.
    static void release(ThreadState& thread) noexcept;

    // While frozen.
    void fold() noexcept;
    void clear() noexcept;

    /// Exact after fold(). `visit(stack, sums)` in order of the stacks, those without any left out.
    template <typename Visit>
    void for_each(Visit visit) const noexcept {
        for (std::uint32_t table = 0; table < kTables; ++table) {
            const Row* const rows = tables_[table].load(std::memory_order_acquire);
            for (std::uint32_t at = 0; rows != nullptr && at < kRows; ++at) {
                const StackTraffic sum = rows[at].sum();
                if (sum.count != 0) {
                    visit(static_cast<StackId>(table << kRowBits | at), sum);
                }
            }
        }
    }
    [[nodiscard]] std::uint64_t calls(std::size_t function) const noexcept {
        return calls_[function].load(std::memory_order_relaxed);
    }

private:
    static constexpr std::uint32_t kRowBits = 12;
    static constexpr std::uint32_t kRows = 1U << kRowBits;
    static constexpr std::uint32_t kTables = 1U << (kStackIdBits - kRowBits);

    struct Row {
        std::atomic<std::uint64_t> count{0};
        std::atomic<std::uint64_t> bytes{0};
        std::atomic<std::uint64_t> temporary_count{0};
        std::atomic<std::uint64_t> temporary_bytes{0};

        void add(const StackTraffic& more) noexcept;
        [[nodiscard]] StackTraffic sum() const noexcept;
    };

    /// What the thread adds to; null without memory. Another stack may have to make room.
    StackTraffic* sums_of(ThreadState& thread, StackId stack) noexcept;
    StackTraffic* make_room(ThreadState& thread, StackId stack) noexcept;
    bool add_to_row(StackId stack, const StackTraffic& more) noexcept;
    Row* make_table(std::uint32_t table) noexcept;

    bool is_on_ = false;
    std::atomic<std::uint64_t> calls_[kAllocationFunctionEnd] = {};
    std::atomic<Row*> tables_[kTables] = {};
};

}  // namespace tracemalloc::preload
