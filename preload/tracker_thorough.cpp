// SPDX-License-Identifier: MIT
//
// Recording by the long way: what a process keeps beside its live blocks, or keeps of some blocks
// only. Also what becomes of calls in hooks that cannot record. None of it is on the quick way.
#include <x86intrin.h>

#include "preload/sampling/exponential.h"
#include "preload/tracker.h"

namespace tracemalloc::preload {

void Tracker::on_allocate_thoroughly(const HookScope& hook, std::uintptr_t address,
                                     std::size_t size, AllocationFunction function) noexcept {
    if (hook.kind() == HookScope::Kind::passing && t_calling_function == 0) {
        return;
    }
    if (t_calling_function != 0) {
        function = static_cast<AllocationFunction>(t_calling_function);
        t_calling_function = 0;
    }
    if (hook.kind() != HookScope::Kind::thorough) {
        if (hook.kind() == HookScope::Kind::nested) {
            miss_in_handler(*t_state);
        }
        return;
    }
    ThreadState& thread = hook.thread();
    if (!sampler_.is_adaptive()) {
        record_if_sampled(hook, address, size, function);
        return;
    }
    const std::uint64_t start = __rdtsc();
    if (record_if_sampled(hook, address, size, function)) {
        // Entering the hook, and releasing the block one day, take about as much again.
        sampler_.spend(thread.sample, 2 * (__rdtsc() - start));
    }
}

bool Tracker::record_if_sampled(const HookScope& hook, std::uintptr_t address, std::size_t size,
                                AllocationFunction function) noexcept {
    ThreadState& thread = hook.thread();
    const Sampler::Decision sample = sampler_.decide(thread.sample, size);
    if (sample.mean != 0) {
        TrafficTable::release(thread);  // of the last block that was counted exactly
    }
    if (!sample.is_recorded) {
        return false;
    }
    const Block block{address, size,
                      sample.mean != 0 ? locate_sampled(thread, hook.call_site(), sample.mean)
                                       : locate(hook.thread(), hook)};
    std::int64_t replaced = 0;
    if (block.stack == StackId::none) {
        thread.lose(LossReason::stack_table_full);
    } else if (!(records_few() ? blocks_.put_aside(address, size, block.stack, replaced)
                               : blocks_.put(address, size, block.stack, replaced))) {
        thread.lose(LossReason::block_table_full);
    } else {
        account(thread, weight(block) - replaced);
    }
    if (traffic_.is_on() && block.stack != StackId::none) {
        count_allocation(thread, block, sample.mean, function);
    }
    return true;
}

void Tracker::count_allocation(ThreadState& thread, const Block& block, std::uint64_t mean,
                               AllocationFunction function) noexcept {
    if (mean != 0) {
        thread.sample.last_block = block.address;
        thread.sample.gap_behind = t_sample_gap;
    }
    if (!(mean != 0 ? sampled_traffic_.on_allocate(block.stack, block.size)
                    : traffic_.on_allocate(thread, block, function))) {
        thread.lose(LossReason::traffic_table_full);
    }
}

/// A sample is temporary, like any block, when its thread allocated nothing since.
void Tracker::count_free(ThreadState& thread, const Block& block) noexcept {
    if (!is_sampled(block)) {
        if (!traffic_.on_free(thread, block)) {
            thread.lose(LossReason::traffic_table_full);
        }
        return;
    }
    SampleStream& stream = thread.sample;
    if (stream.last_block == block.address && stream.gap_behind == t_sample_gap &&
        t_sample_gap != 0) {
        stream.last_block = 0;
        sampled_traffic_.on_free_of_temporary(block.stack, block.size);
    }
}

/// The program had asked for `size` bytes.
void Tracker::count_corrected(ThreadState& thread, const Block& block, std::size_t size) noexcept {
    const bool is_counted = is_sampled(block)
                                ? sampled_traffic_.on_allocate(block.stack, size)
                                : traffic_.correct_size(thread, block.stack, block.size, size);
    if (is_sampled(block)) {
        sampled_traffic_.take_back(block.stack, block.size);
    }
    if (!is_counted) {
        thread.lose(LossReason::traffic_table_full);
    }
}

/// Few enough for the side table: so is what fits into a share of the program's time, at first.
bool Tracker::records_few() const noexcept {
    constexpr std::size_t kMostAside = 16'384;
    return sampler_.is_sparse() || (sampler_.is_adaptive() && blocks_.count_aside() < kMostAside);
}

/// A sample in it is lost and counted, not put off to the next block.
void Tracker::miss_in_handler(ThreadState& thread) noexcept {
    thread.lose(LossReason::in_signal_handler);
    if (thread.sample.mean != 0) {
        sampler_.draw(thread.sample);
    }
}

Block Tracker::take_thoroughly(const HookScope& hook, std::uintptr_t address, Taking taking,
                               std::uint64_t arriving) noexcept {
    if (hook.kind() == HookScope::Kind::passing) {
        return {};
    }
    if (!hook.records() && blocks_.is_busy_with(address)) {
        t_state->lose(LossReason::release_in_signal_handler);
        return {};
    }
    return blocks_.take(address, [&](std::uint64_t size, StackId stack) {
        on_release_thoroughly(hook, {address, size, stack}, taking, arriving);
    });
}

void Tracker::on_release_thoroughly(const HookScope& hook, const Block& block, Taking taking,
                                    std::uint64_t arriving) noexcept {
    const std::int64_t bytes = weight(block);
    if (!hook.records()) {
        flush(-bytes);
        return;
    }
    account_release(hook, hook.thread(), block.address, static_cast<std::uint64_t>(bytes),
                    arriving);
    if (traffic_.is_on() && taking == Taking::freed && block.stack != StackId::none) {
        count_free(hook.thread(), block);
    }
}

/// The mean is part of the label, and so of the stack.
StackId Tracker::locate_sampled(ThreadState& thread, const CallSite& site,
                                std::uint64_t mean) noexcept {
    const Label& own = labels_[static_cast<LabelId>(t_label)];
    LabelId label = LabelId::none;
    if (!labels_.intern({own.domain, own.tag(), mean}, label)) {
        return StackId::none;
    }
    return labelled(thread, locate_unlabelled(thread, site, false), label);
}

std::uint64_t Tracker::sample_mean(StackId stack) const noexcept {
    return labels_[split_label(stacks_.frames(stack)).label].sample_mean;
}

std::int64_t Tracker::weight(const Block& block) const noexcept {
    const bool may_be_sampled = block.stack != StackId::none && sampler_.was_used();
    const std::uint64_t mean = may_be_sampled ? sample_mean(block.stack) : 0;
    return static_cast<std::int64_t>(mean != 0 ? exponential::estimate(block.size, mean)
                                               : block.size);
}

}  // namespace tracemalloc::preload
