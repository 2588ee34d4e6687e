// SPDX-License-Identifier: MIT
//
// The recording path as a list of calls: where am I → which stack is it → remember the block.
// Everything a hook does beside calling the next allocator is here.
//
// The order is part of the correctness: forget a block before it is freed, for its address may
// belong to another thread a moment later. On realloc take the record out, call, then record anew
// or put the old one back.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/capture/stack_cache.h"
#include "preload/platform/attention.h"
#include "preload/platform/hook_scope.h"
#include "preload/store/block_table.h"
#include "preload/store/stack_interner.h"

namespace tracemalloc::preload {

class Tracker {
public:
    /// Before the first hook records. `granule_shift`: see BlockTable.
    void prepare(std::size_t nframe, std::uint32_t check_every, unsigned granule_shift) noexcept;

    TM_INLINE void on_allocate(const HookScope& hook, void* block, std::size_t size) noexcept {
        if (TM_LIKELY(hook.records())) {
            record(hook, reinterpret_cast<std::uintptr_t>(block), size);
        } else {
            miss(hook);
        }
    }

    /// True when the block was recorded, which also says that it is the heap's and not ours.
    TM_INLINE bool on_release(const HookScope& hook, void* block) noexcept {
        return take(hook, block).stack != StackId::none;
    }

    TM_INLINE Block take(const HookScope& hook, void* block) noexcept {
        if (TM_UNLIKELY(hook.kind() == HookScope::Kind::passing)) {
            return {};
        }
        const Block taken = blocks_.take(reinterpret_cast<std::uintptr_t>(block));
        if (TM_LIKELY(hook.records())) {
            account(hook.thread(), -static_cast<std::int64_t>(taken.size));
        } else {
            flush(-static_cast<std::int64_t>(taken.size));
        }
        return taken;
    }

    /// A recorded block is really this large for the program.
    void correct_size(const HookScope& hook, void* block, std::size_t size) noexcept;

    /// A resize failed: the block lives on as it was.
    void put_back(const HookScope& hook, const Block& block) noexcept;

    /// A thread ended.
    static void release(ThreadState& thread) noexcept;

    /// Code was unloaded. Inside a hook.
    static void forget_code() noexcept;

    /// The process was forked: the child goes on with the parent's live blocks.
    void adopt_in_child() noexcept;

    [[nodiscard]] const BlockTable& blocks() const noexcept { return blocks_; }
    [[nodiscard]] StackInterner& stacks() noexcept { return stacks_; }
    /// Says how many stacks checked mode compared since this was last said.
    void report_compared() noexcept;
    /// Highest total of traced bytes seen; exact to 32 KiB for each thread.
    [[nodiscard]] std::uint64_t peak_bytes() const noexcept;

private:
    /// How far a thread's own count may run ahead of the process's total.
    static constexpr std::int64_t kFlushBytes = 32 << 10;

    TM_INLINE void record(const HookScope& hook, std::uintptr_t address,
                          std::size_t size) noexcept {
        const StackId stack = locate(hook);
        std::int64_t replaced = 0;
        if (TM_UNLIKELY(stack == StackId::none)) {
            hook.thread().lose(LossReason::stack_table_full);
        } else if (TM_UNLIKELY(!blocks_.put(address, size, stack, replaced))) {
            hook.thread().lose(LossReason::block_table_full);
        } else {
            account(hook.thread(), static_cast<std::int64_t>(size) - replaced);
        }
    }

    TM_INLINE void account(ThreadState& thread, std::int64_t bytes) noexcept {
        thread.unflushed_bytes += bytes;
        if (TM_UNLIKELY(thread.unflushed_bytes > kFlushBytes ||
                        thread.unflushed_bytes < -kFlushBytes)) {
            flush(thread.unflushed_bytes);
            thread.unflushed_bytes = 0;
        }
    }

    TM_INLINE StackId locate(const HookScope& hook) noexcept {
        if (StackCache* const cache = hook.thread().stack_cache; TM_LIKELY(cache != nullptr)) {
            const std::uint32_t id =
                cache->find(hook.call_site(), g_code_generation.load(std::memory_order_relaxed));
            if (TM_LIKELY(id != 0)) {
                return static_cast<StackId>(id);
            }
        }
        return locate_slowly(hook.thread(), hook.call_site());
    }
    StackId locate_slowly(ThreadState& thread, const CallSite& site) noexcept;
    StackId walk(StackCache* cache, const CallSite& site) noexcept;
    void check(ThreadState& thread, const CallSite& site, StackId id) noexcept;
    void flush(std::int64_t bytes) noexcept;
    static void miss(const HookScope& hook) noexcept;

    std::size_t nframe_ = 0;
    std::uint32_t check_every_ = 0;
    std::atomic<std::uint64_t> compared_{0};
    std::atomic<std::int64_t> traced_bytes_{0};
    std::atomic<std::int64_t> peak_bytes_{0};
    StackInterner stacks_;
    BlockTable blocks_;
};

extern Tracker g_tracker;

}  // namespace tracemalloc::preload
