// SPDX-License-Identifier: MIT
//
// For sections of a few hundred nanoseconds that only cold paths enter. Most are held only inside a
// hook or while frozen, so that a fork that froze the process first finds them free; the child
// resets all of them.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

class SpinLock {
public:
    void lock() noexcept {
        for (std::uintptr_t nobody = 0; !holder_.compare_exchange_strong(
                 nobody, caller(), std::memory_order_acquire, std::memory_order_relaxed);
             nobody = 0) {
            for (int spins = 0; holder_.load(std::memory_order_relaxed) != 0; ++spins) {
                __builtin_ia32_pause();
                if (spins > 200) {
                    system_call(SYS_sched_yield);
                }
            }
        }
    }
    void unlock() noexcept { holder_.store(0, std::memory_order_release); }
    /// A signal handler asks, which must not wait for what it interrupted.
    [[nodiscard]] bool is_held_by_caller() const noexcept {
        return holder_.load(std::memory_order_relaxed) == caller();
    }
    /// For one who will not return to what he interrupted.
    void abandon() noexcept {
        if (is_held_by_caller()) {
            reset();
        }
    }
    /// In a fork child, where the thread that may have held it does not exist.
    void reset() noexcept { holder_.store(0, std::memory_order_relaxed); }

private:
    /// Different for each thread: where its thread-local storage is.
    static std::uintptr_t caller() noexcept {
        std::uintptr_t thread = 0;
        asm("movq %%fs:0, %0" : "=r"(thread));
        return thread;
    }

    std::atomic<std::uintptr_t> holder_{0};
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
