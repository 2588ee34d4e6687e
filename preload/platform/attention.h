// SPDX-License-Identifier: MIT
//
// The one word that every hook reads: zero means "record and go on". Everything unusual — not ready
// yet, threads held still, a snapshot waiting — is a bit in it, so that the usual costs one load
// and one branch. All-zero memory would mean "recording", hence the initial bit.
#pragma once

#include <atomic>
#include <cstdint>

namespace tracemalloc::preload {

enum Attention : std::uint32_t {
    kNotArmed = 1,         ///< the first hook has to start the tracer, or it is starting
    kOff = 2,              ///< tracing is off for good: hooks only pass calls on
    kFrozen = 4,           ///< a snapshot is being taken: wait before entering a hook
    kStopped = 16,         ///< the program stopped recording, or has not started it yet
    kSnapshotWaiting = 8,  ///< a signal asked while its thread was in a hook: take it on leaving
    kThorough = 32,        ///< more than the live blocks is kept: hooks take the long way
    kTimed = 64,           ///< snapshots come by themselves: who leaves a hook counts
};

extern std::atomic<std::uint32_t> g_attention;

[[nodiscard]] constexpr bool is_off(std::uint32_t attention) noexcept {
    return (attention & (kNotArmed | kOff)) != 0;
}
[[nodiscard]] constexpr bool passes_on(std::uint32_t attention) noexcept {
    return (attention & (kNotArmed | kOff | kStopped)) != 0;
}

[[nodiscard]] inline bool recording_is_stopped() noexcept {
    return (g_attention.load(std::memory_order_acquire) & kStopped) != 0;
}

/// Grows with each unloading of code; what was learned of code in an earlier generation is void.
extern std::atomic<std::uint32_t> g_code_generation;

}  // namespace tracemalloc::preload
