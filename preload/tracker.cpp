// SPDX-License-Identifier: MIT
#include "preload/tracker.h"

#include <algorithm>
#include <cstring>

#include "preload/capture/rule_learner.h"
#include "preload/capture/unwinder.h"
#include "preload/platform/clock.h"
#include "preload/platform/diagnostics.h"
#include "preload/platform/errno_scope.h"
#include "preload/platform/thread_registry.h"

namespace tracemalloc::preload {

constinit Tracker g_tracker;

void Tracker::prepare(std::size_t nframe, std::uint32_t check_every,
                      unsigned granule_shift) noexcept {
    nframe_ = nframe;
    check_every_ = check_every;
    most_unflushed_ = kMostUnflushed;
    least_unflushed_ = -kMostUnflushed;
    blocks_.prepare(granule_shift);
    blocks_.restart_epochs(clock_ns(CLOCK_REALTIME));
}

TM_COLD StackId Tracker::locate_slowly(ThreadState& thread, const CallSite& site) noexcept {
    const bool has_asked_cache = thread.stack_cache != nullptr;
    if (!has_asked_cache) {
        choose_path(thread);
    }
    return labelled(thread, locate_unlabelled(thread, site, has_asked_cache),
                    static_cast<LabelId>(t_label));
}

/// Without a label and outside checked mode the recording path asks the cache itself.
void Tracker::choose_path(ThreadState& thread) const noexcept {
    thread.stack_cache = check_every_ == 0 ? thread.owned_cache : nullptr;
    std::atomic_signal_fence(std::memory_order_seq_cst);  // a handler may choose a tag
    if (t_label != 0) {
        thread.stack_cache = nullptr;
    }
}

StackId Tracker::locate_unlabelled(ThreadState& thread, const CallSite& site,
                                   bool has_asked_cache) noexcept {
    const StackId id = find_or_walk(thread, site, has_asked_cache);
    if (check_every_ != 0 && ++thread.captures % check_every_ == 0) {
        check(thread, site, id);
    }
    return id;
}

StackId Tracker::find_or_walk(ThreadState& thread, const CallSite& site,
                              bool has_asked_cache) noexcept {
    if (TM_UNLIKELY(thread.owned_cache == nullptr ||
                    (thread.owned_cache->is_small() && !sampler_.is_sparse()))) {
        make_cache(thread);
    }
    StackCache* const cache = thread.owned_cache;
    const std::uint32_t generation = g_code_generation.load(std::memory_order_relaxed);
    const std::uint32_t known =
        cache != nullptr && !has_asked_cache ? cache->find(site, generation) : 0;
    return known != 0 ? static_cast<StackId>(known) : walk(cache, site);
}

TM_COLD void Tracker::make_cache(ThreadState& thread) noexcept {
    forget_cache(thread);
    thread.owned_cache = StackCache::create(
        nframe_, sampler_.is_sparse() ? StackCache::kSmallBudget : StackCache::kEntryBudget);
    choose_path(thread);
}

StackId Tracker::walk(StackCache* cache, const CallSite& site) noexcept {
    if (TM_LIKELY(cache != nullptr)) {
        StackView stack;
        stacks_.prefetch(
            cache->begin_walk(site, g_code_generation.load(std::memory_order_relaxed)));
        if (TM_LIKELY(cache->finish_walk(stack))) {
            const StackId id = stacks_.intern(stack, cache->anchor());
            cache->remember(site, static_cast<std::uint32_t>(id));
            return id;
        }
    }
    const std::span<const std::uintptr_t> only_caller(&site.pc, 1);
    return stacks_.intern(
        {only_caller, dump::kCutByUnwinder, stack_hash(only_caller, dump::kCutByUnwinder)});
}

// The proof of exactness: the first difference ends the process. A stack that says it was not
// followed to its end has to be the newer part of libunwind's.
void Tracker::check(ThreadState& thread, const CallSite& site, StackId id) noexcept {
    const ErrnoScope program_errno;
    RawStack truth;
    unwinder::capture(site, nframe_, truth);
    const std::uint16_t flags = stacks_.record(id).flags;
    const StackFrames found = stacks_.frames(id);
    auto expected = truth.view().frames;
    const bool is_part = (flags & dump::kCutByUnwinder) != 0;
    if (is_part && expected.size() > found.size()) {
        expected = expected.last(found.size());
    }
    if ((is_part || flags == truth.flags) && found.equals(expected)) {
        compared_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    diagnostics::Line line;
    line << "checked mode: capture " << std::uint64_t{thread.captures} << " differs from libunwind";
    diagnostics::say(line.view());
    for (std::size_t at = 0; at < found.size() || at < expected.size(); ++at) {
        line.clear();
        line << "  frame " << at << ": cached " << std::uint64_t{at < found.size() ? found[at] : 0}
             << " libunwind " << std::uint64_t{at < expected.size() ? expected[at] : 0};
        diagnostics::say(line.view());
    }
    __builtin_trap();
}

void Tracker::report_compared() noexcept {
    if (const std::uint64_t compared = compared_.exchange(0, std::memory_order_relaxed)) {
        diagnostics::Line line;
        line << "checked mode: " << compared << " captures compared, none differs";
        diagnostics::say(line.view());
    }
}

std::uint32_t Tracker::forget_code() noexcept {
    const std::uint32_t last = g_code_generation.fetch_add(1, std::memory_order_acq_rel);
    g_rules.forget_all();
    unwinder::forget_code();
    return last + 1;
}

void Tracker::correct_size(const HookScope& hook, void* block, std::size_t size) noexcept {
    Block known = take(hook, block, Taking::for_now);
    if (hook.kind() == HookScope::Kind::thorough && is_sampled(known) &&
        hook.thread().sample.position > (size != 0 ? size : 1)) {
        if (traffic_.is_on()) {
            sampled_traffic_.take_back(known.stack, known.size);
        }
        return;  // the sample lay in what the program did not ask for
    }
    if (traffic_.is_on() && hook.records() && known.stack != StackId::none) {
        count_corrected(hook.thread(), known, size);
    }
    known.size = size;
    put_back(hook, known);
}

void Tracker::put_back(const HookScope& hook, const Block& block) noexcept {
    std::int64_t replaced = 0;
    if (block.stack != StackId::none && blocks_.put_back(block, replaced)) {
        const std::int64_t bytes = weight(block) - replaced;
        hook.records() ? settle(hook.thread(), bytes) : flush(bytes);
    }
}

void Tracker::settle(ThreadState& thread, std::int64_t bytes) noexcept {
    account(thread, bytes);
    flush(thread);
}

void Tracker::flush(ThreadState& thread) noexcept {
    add_to_total(thread.unflushed_bytes.load(std::memory_order_relaxed),
                 thread.most_unflushed_bytes.load(std::memory_order_relaxed));
    thread.unflushed_bytes.store(0, std::memory_order_relaxed);
    thread.most_unflushed_bytes.store(0, std::memory_order_relaxed);
}

/// `most_bytes` is the most that was added on the way to `bytes`.
void Tracker::add_to_total(std::int64_t bytes, std::int64_t most_bytes) noexcept {
    const std::int64_t total =
        traced_bytes_.fetch_add(bytes, std::memory_order_relaxed) + most_bytes;
    std::int64_t peak = peak_bytes_.load(std::memory_order_relaxed);
    while (total > peak &&
           !peak_bytes_.compare_exchange_weak(peak, total, std::memory_order_relaxed)) {
    }
    if (TM_UNLIKELY(keeps_peak_ &&
                    total > limits_chosen_at_.load(std::memory_order_relaxed) * 9 / 8)) {
        choose_limits(total);
    }
}

Tracker::TracedMemory Tracker::traced_memory() const noexcept {
    std::int64_t current = traced_bytes_.load(std::memory_order_relaxed);
    std::int64_t beyond = 0;
    for (const ThreadState* thread = thread_registry::first(); thread != nullptr;
         thread = thread->next) {
        const std::int64_t own = thread->unflushed_bytes.load(std::memory_order_relaxed);
        current += own;
        beyond =
            std::max(beyond, thread->most_unflushed_bytes.load(std::memory_order_relaxed) - own);
    }
    const std::int64_t peak =
        std::max(peak_bytes_.load(std::memory_order_relaxed), current + beyond);
    return {static_cast<std::uint64_t>(std::max<std::int64_t>(current, 0)),
            static_cast<std::uint64_t>(std::max<std::int64_t>(peak, 0))};
}

template <typename Action>
void Tracker::for_each_lock(Action action) noexcept {
    action(rule_learner::lock());
    action(g_rules.lock());
    action(stacks_.lock());
    action(labels_.lock());
    action(sampled_traffic_.lock());
    blocks_.for_each_lock(action);
}

void Tracker::abandon_own_locks() noexcept {
    for_each_lock([](SpinLock& lock) { lock.abandon(); });
}

void Tracker::adopt_in_child() noexcept {
    if (t_state != nullptr) {
        Sampler::forget(t_state->sample);
    }
    sampler_.adopt_in_child();
    reset_peak();
    compared_.store(0, std::memory_order_relaxed);
    for_each_lock([](SpinLock& lock) { lock.reset(); });
    traffic_.clear();
    sampled_traffic_.clear();
    blocks_.inherit(clock_ns(CLOCK_REALTIME));
}

}  // namespace tracemalloc::preload
