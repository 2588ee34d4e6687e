// SPDX-License-Identifier: MIT
//
// For sections of a few hundred nanoseconds that only cold paths enter. Held only inside a hook or
// while frozen, so a fork that froze the process first finds every one of them free.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/platform/clock.h"
#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

class SpinLock {
public:
    void lock() noexcept {
        while (taken_.exchange(1, std::memory_order_acquire) != 0) {
            for (int spins = 0; taken_.load(std::memory_order_relaxed) != 0; ++spins) {
                __builtin_ia32_pause();
                if (spins > 200) {
                    system_call(SYS_sched_yield);
                }
            }
        }
    }
    void unlock() noexcept { taken_.store(0, std::memory_order_release); }
    /// For one who may himself have been interrupted while he held it, and who will not return:
    /// waits for another holder, and then takes it for nobody's.
    void give_up_waiting_after(std::int64_t patience_ns) noexcept {
        const std::int64_t end = clock_ns(CLOCK_MONOTONIC) + patience_ns;
        while (taken_.load(std::memory_order_acquire) != 0) {
            if (clock_ns(CLOCK_MONOTONIC) > end) {
                reset();
            }
        }
    }
    /// In a fork child, where the thread that may have held it does not exist.
    void reset() noexcept { taken_.store(0, std::memory_order_relaxed); }

private:
    std::atomic<std::uint32_t> taken_{0};
};

class SpinGuard {
public:
    explicit SpinGuard(SpinLock& lock) noexcept : lock_(lock) { lock_.lock(); }
    ~SpinGuard() { lock_.unlock(); }
    SpinGuard(const SpinGuard&) = delete;
    SpinGuard& operator=(const SpinGuard&) = delete;

private:
    SpinLock& lock_;
};

}  // namespace tracemalloc::preload
