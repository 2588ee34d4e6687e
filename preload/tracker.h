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
#include <string_view>

#include "preload/capture/stack_cache.h"
#include "preload/platform/attention.h"
#include "preload/platform/hook_scope.h"
#include "preload/sampling/sampler.h"
#include "preload/store/block_table.h"
#include "preload/store/label_table.h"
#include "preload/store/sampled_traffic.h"
#include "preload/store/stack_interner.h"
#include "preload/store/traffic_table.h"

namespace tracemalloc::preload {

/// A call that maps or unmaps memory.
struct MappingCall {
    ThreadState& thread;
    CallSite site;
    bool is_of_outer_hook;  ///< the site is that of a hook that this one is inside
};

class Tracker {
public:
    /// Before the first hook records. `granule_shift`: see BlockTable.
    void prepare(std::size_t nframe, std::uint32_t check_every, unsigned granule_shift) noexcept;
    /// Also: has g_snapshots keep the blocks of the highest moment.
    void keep_peak() noexcept;

    TM_INLINE void on_allocate(const HookScope& hook, void* block, std::size_t size,
                               AllocationFunction function) noexcept {
        if (TM_LIKELY(hook.is_quick())) {
            record(hook.quick_thread(), hook, reinterpret_cast<std::uintptr_t>(block), size);
        } else {
            on_allocate_thoroughly(hook, reinterpret_cast<std::uintptr_t>(block), size, function);
        }
    }

    /// A call of the next allocator gave nothing.
    static TM_COLD void on_failure() noexcept { t_calling_function = 0; }

    /// True when the block was recorded, which also says that it is the heap's and not ours.
    TM_INLINE bool on_release(const HookScope& hook, void* block) noexcept {
        return take(hook, block, Taking::freed).stack != StackId::none;
    }

    enum class Taking : std::uint8_t {
        freed,    ///< by the program
        for_now,  ///< to be put back, or to go on as another block
    };
    /// `arriving`: bytes of the block that comes in its place.
    TM_INLINE Block take(const HookScope& hook, void* block, Taking taking,
                         std::uint64_t arriving = 0) noexcept {
        const auto address = reinterpret_cast<std::uintptr_t>(block);
        if (TM_UNLIKELY(!hook.is_quick())) {
            return take_thoroughly(hook, address, taking, arriving);
        }
        return blocks_.take(address, [&](std::uint64_t size, StackId) {
            account_release(hook, hook.quick_thread(), address, size, arriving);
        });
    }

    /// There is no such block, and the hook may be left out. The caller holds the block.
    [[nodiscard]] TM_INLINE bool knows_nothing_of(void* block) const noexcept {
        return blocks_.is_empty_at(reinterpret_cast<std::uintptr_t>(block));
    }

    /// It is never said of this address that nothing is known of it.
    void look_at(const void* block) noexcept {
        blocks_.look_at(reinterpret_cast<std::uintptr_t>(block));
    }

    /// A recorded block is really this large for the program.
    void correct_size(const HookScope& hook, void* block, std::size_t size) noexcept;

    /// A resize failed: the block lives on as it was.
    void put_back(const HookScope& hook, const Block& block) noexcept;

    /// Memory that did not come from the allocator, with the caller's stack. 0 or an error number.
    int track(const HookScope& hook, std::uint32_t domain, std::uintptr_t address,
              std::size_t size) noexcept;
    void untrack(const HookScope& hook, std::uint32_t domain, std::uintptr_t address) noexcept;
    /// Memory that the program mapped itself, in whole pages; see MappedRanges.
    void on_map(const MappingCall& call, std::uintptr_t start, std::size_t bytes,
                bool is_reserved) noexcept;
    void on_protect(const MappingCall& call, std::uintptr_t start, std::size_t bytes,
                    bool is_reserved) noexcept;
    void on_unmap(const MappingCall& call, std::uintptr_t start, std::size_t bytes,
                  std::uint64_t moment) noexcept;
    [[nodiscard]] MappedRanges& mapped() noexcept { return blocks_.mapped(); }
    /// Labels what the calling thread records from now on. 0 or an error number.
    int set_tag(std::string_view tag) noexcept;

    /// Forgets every block. While frozen.
    void clear() noexcept;
    /// While frozen.
    void reset_peak() noexcept;
    /// While frozen and stopped.
    void set_nframe(std::size_t nframe) noexcept;
    [[nodiscard]] std::size_t nframe() const noexcept { return nframe_; }

    /// A thread that records was added to the registry.
    void on_thread_begin() noexcept;
    /// A thread ended.
    static void release(ThreadState& thread) noexcept;

    /// Code was unloaded: what was learned of it is void. Returns the generation that begins.
    static std::uint32_t forget_code() noexcept;

    /// For a thread that will not return to the hook that it was in.
    void abandon_own_locks() noexcept;
    /// The process was forked: the child goes on with the parent's live blocks.
    void adopt_in_child() noexcept;
    /// The same, where the child is not recorded: the tables are not read again.
    void give_back() noexcept { blocks_.give_back(); }

    [[nodiscard]] BlockTable& blocks() noexcept { return blocks_; }
    /// The heap block at this address, which stays.
    [[nodiscard]] Block block_at(std::uintptr_t address) noexcept { return blocks_.get(address); }
    [[nodiscard]] StackInterner& stacks() noexcept { return stacks_; }
    /// Says how many stacks checked mode compared since this was last said.
    void report_compared() noexcept;
    [[nodiscard]] const LabelTable& labels() const noexcept { return labels_; }
    [[nodiscard]] Sampler& sampler() noexcept { return sampler_; }
    [[nodiscard]] TrafficTable& traffic() noexcept { return traffic_; }
    [[nodiscard]] SampledTraffic& sampled_traffic() noexcept { return sampled_traffic_; }

    /// Bytes of all blocks now, and the most there ever were. With one thread exact; each further
    /// one that allocates meanwhile may shift them by 32 KiB.
    struct TracedMemory {
        std::uint64_t current_bytes;
        std::uint64_t peak_bytes;
    };
    [[nodiscard]] TracedMemory traced_memory() const noexcept;

private:
    /// How far a thread's own count may run ahead of the process's total.
    static constexpr std::int64_t kMostUnflushed = 32 << 10;

    TM_INLINE void record(ThreadState& thread, const HookScope& hook, std::uintptr_t address,
                          std::size_t size) noexcept {
        const StackId stack = locate(thread, hook);
        std::int64_t replaced = 0;
        if (TM_UNLIKELY(stack == StackId::none)) {
            thread.lose(LossReason::stack_table_full);
        } else if (TM_UNLIKELY(!blocks_.put(address, size, stack, replaced))) {
            thread.lose(LossReason::block_table_full);
        } else {
            account(thread, static_cast<std::int64_t>(size) - replaced);
        }
    }

    TM_INLINE void account(ThreadState& thread, std::int64_t bytes) noexcept {
        const std::int64_t sum = thread.unflushed_bytes.load(std::memory_order_relaxed) + bytes;
        thread.unflushed_bytes.store(sum, std::memory_order_relaxed);
        if (TM_UNLIKELY(sum > thread.most_unflushed_bytes.load(std::memory_order_relaxed))) {
            thread.most_unflushed_bytes.store(sum, std::memory_order_relaxed);
            if (TM_UNLIKELY(sum > most_unflushed_)) {
                flush(thread);
            }
        }
    }

    /// Before the block is taken out of the table.
    TM_INLINE void account_release(const HookScope& hook, ThreadState& thread,
                                   std::uintptr_t address, std::uint64_t bytes,
                                   std::uint64_t arriving) noexcept {
        const std::int64_t sum = thread.unflushed_bytes.load(std::memory_order_relaxed) -
                                 static_cast<std::int64_t>(bytes);
        if (TM_UNLIKELY(sum < least_unflushed_)) {
            flush_before_release(hook, address, bytes, arriving);
        } else {
            thread.unflushed_bytes.store(sum, std::memory_order_relaxed);
        }
    }

    /// Asks for the call site twice: one that is kept for the slow way would be kept in memory.
    TM_INLINE StackId locate(ThreadState& thread, const HookScope& hook) noexcept {
        if (StackCache* const cache = thread.stack_cache; TM_LIKELY(cache != nullptr)) {
            const std::uint32_t id =
                cache->find(hook.call_site(), g_code_generation.load(std::memory_order_relaxed));
            if (TM_LIKELY(id != 0)) {
                return static_cast<StackId>(id);
            }
        }
        return locate_slowly(thread, hook.call_site());
    }
    StackId locate_slowly(ThreadState& thread, const CallSite& site) noexcept;
    StackId locate_unlabelled(ThreadState& thread, const CallSite& site,
                              bool has_asked_cache) noexcept;
    StackId find_or_walk(ThreadState& thread, const CallSite& site, bool has_asked_cache) noexcept;
    StackId stack_of_mapping(const MappingCall& call) noexcept;
    StackId locate_mapping(const MappingCall& call) noexcept;
    StackId labelled(ThreadState& thread, StackId id, LabelId label) noexcept;
    StackId intern_labelled(ThreadState& thread, StackId id, LabelId label) noexcept;
    void choose_path(ThreadState& thread) const noexcept;
    void make_cache(ThreadState& thread) noexcept;
    static void forget_cache(ThreadState& thread) noexcept;
    template <typename Action>
    void for_each_lock(Action action) noexcept;
    StackId walk(StackCache* cache, const CallSite& site) noexcept;
    void check(ThreadState& thread, const CallSite& site, StackId id) noexcept;
    void flush(ThreadState& thread) noexcept;
    void flush_before_release(const HookScope& hook, std::uintptr_t address, std::uint64_t bytes,
                              std::uint64_t arriving) noexcept;
    /// Off the quick way: the total is told at once.
    void settle(ThreadState& thread, std::int64_t bytes) noexcept;
    [[nodiscard]] bool ends_peak(std::int64_t released_bytes) const noexcept;
    void choose_limits(std::int64_t peak) noexcept;
    void flush(std::int64_t bytes) noexcept { add_to_total(bytes, bytes); }
    void add_to_total(std::int64_t bytes, std::int64_t most_bytes) noexcept;

    void count_traffic(ThreadState& thread, StackId stack, std::uint64_t bytes) noexcept;

    // tracker_thorough.cpp: the long way, and hooks that cannot record.
    void on_allocate_thoroughly(const HookScope& hook, std::uintptr_t address, std::size_t size,
                                AllocationFunction function) noexcept;
    /// Whether it was to be recorded.
    bool record_if_sampled(const HookScope& hook, std::uintptr_t address, std::size_t size,
                           AllocationFunction function) noexcept;
    [[nodiscard]] bool records_few() const noexcept;
    void miss_in_handler(ThreadState& thread) noexcept;
    /// `mean` 0: it was recorded whatever its size.
    void count_allocation(ThreadState& thread, const Block& block, std::uint64_t mean,
                          AllocationFunction function) noexcept;
    void count_free(ThreadState& thread, const Block& block) noexcept;
    void count_corrected(ThreadState& thread, const Block& block, std::size_t size) noexcept;
    Block take_thoroughly(const HookScope& hook, std::uintptr_t address, Taking taking,
                          std::uint64_t arriving) noexcept;
    void on_release_thoroughly(const HookScope& hook, const Block& block, Taking taking,
                               std::uint64_t arriving) noexcept;
    StackId locate_sampled(ThreadState& thread, const CallSite& site, std::uint64_t mean) noexcept;
    /// The mean that a block was sampled with; 0: it was recorded whatever its size.
    [[nodiscard]] std::uint64_t sample_mean(StackId stack) const noexcept;
    [[nodiscard]] bool is_sampled(const Block& block) const noexcept {
        return block.stack != StackId::none && sample_mean(block.stack) != 0;
    }
    /// Bytes that it stands for.
    [[nodiscard]] std::int64_t weight(const Block& block) const noexcept;

    std::size_t nframe_ = 0;
    std::uint32_t check_every_ = 0;
    std::atomic<std::uint64_t> compared_{0};
    std::atomic<std::int64_t> traced_bytes_{0};
    std::atomic<std::int64_t> peak_bytes_{0};
    // Zero until prepare(), like everything here: the tables need no place in the file then.
    std::int64_t most_unflushed_ = 0;
    std::int64_t least_unflushed_ = 0;
    bool keeps_peak_ = false;
    std::atomic<std::int64_t> kept_peak_bytes_{0};
    std::atomic<std::int64_t> limits_chosen_at_{0};  ///< the peak then
    StackInterner stacks_;
    BlockTable blocks_;
    LabelTable labels_;
    Sampler sampler_;
    TrafficTable traffic_;
    SampledTraffic sampled_traffic_;
    /// (stack, label) → the stack with that label, in one word: [ stack 24 | label 12 | stack 24 ].
    static constexpr std::size_t kLabelledEntries = 4096;
    std::atomic<std::uint64_t> labelled_[kLabelledEntries] = {};
};

extern Tracker g_tracker;

}  // namespace tracemalloc::preload
