// SPDX-License-Identifier: MIT
#include "preload/tracker.h"

#include "preload/capture/unwinder.h"

namespace tracemalloc::preload {

constinit Tracker g_tracker;

void Tracker::prepare(std::size_t nframe, std::uint32_t check_every,
                      unsigned granule_shift) noexcept {
    nframe_ = nframe;
    check_every_ = check_every;
    blocks_.prepare(granule_shift);
}

StackId Tracker::locate(const HookScope& hook) noexcept {
    RawStack stack;
    unwinder::capture(hook.call_site(), nframe_, stack);
    return stacks_.intern(stack.view(), stack.flags);
}

void Tracker::put_back(const HookScope& hook, const Block& block) noexcept {
    std::int64_t replaced = 0;
    if (block.stack != StackId::none &&
        blocks_.put(block.address, block.size, block.stack, replaced)) {
        const std::int64_t bytes = static_cast<std::int64_t>(block.size) - replaced;
        hook.records() ? account(hook.thread(), bytes) : flush(bytes);
    }
}

void Tracker::flush(std::int64_t bytes) noexcept {
    if (bytes == 0) {
        return;
    }
    const std::int64_t total = traced_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    std::int64_t peak = peak_bytes_.load(std::memory_order_relaxed);
    while (total > peak &&
           !peak_bytes_.compare_exchange_weak(peak, total, std::memory_order_relaxed)) {
    }
}

std::uint64_t Tracker::peak_bytes() const noexcept {
    return static_cast<std::uint64_t>(peak_bytes_.load(std::memory_order_relaxed));
}

void Tracker::miss(const HookScope& hook) noexcept {
    if (hook.kind() == HookScope::Kind::nested) {
        t_state->lose(LossReason::in_signal_handler);
    }
}

void Tracker::adopt_in_child() noexcept {
    stacks_.reset_lock();
    blocks_.reset_lock();
}

}  // namespace tracemalloc::preload
