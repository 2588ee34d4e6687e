// SPDX-License-Identifier: MIT
//
// What the tracer knows of one thread. The objects live in memory of our own and are never
// unmapped, so that a freeze may look at any of them at any time, also while its thread is dying;
// the thread itself reaches its object through one initial-exec pointer.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "common/loss_reason.h"
#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

class StackCache;      // capture/stack_cache.h
struct ThreadTraffic;  // store/traffic_table.h

/// What a thread drew of its sampling (preload/sampling/sampler.h).
struct SampleStream {
    std::uint64_t random = 0;    ///< 0: not seeded
    std::uint64_t mean = 0;      ///< that t_sample_gap was drawn with; 0: nothing is drawn
    std::uint64_t position = 0;  ///< of the point in the last block that was recorded, from 1
    std::uint64_t cycles = 0;    ///< that recording took since the budget was looked at
    std::uint32_t records = 0;   ///< and how many blocks it were
    // While allocations are counted: the last block that held a sample, and the gap that was drawn
    // behind it, which every further allocation makes smaller.
    std::uintptr_t last_block = 0;  ///< 0: it was freed
    std::uint64_t gap_behind = 0;
};

struct alignas(64) ThreadState {
    /// Frame address of the hook the thread is in; 0 outside. Written by the thread (and by a fork
    /// child for itself), read by a freeze.
    std::atomic<std::uintptr_t> hook_frame{0};
    /// What the recording path tries first; null while it has to take the long way.
    StackCache* stack_cache = nullptr;
    /// Bytes recorded minus bytes released since the last flush into the process's total, and the
    /// most that this was since then. Written by the thread, and by anyone while frozen.
    std::atomic<std::int64_t> unflushed_bytes{0};
    std::atomic<std::int64_t> most_unflushed_bytes{0};

    /// The thread's cache whether or not the recording path may use it directly.
    StackCache* owned_cache = nullptr;
    std::uint32_t captures = 0;              ///< counted in checked mode only
    std::uintptr_t* label_frames = nullptr;  ///< room for a stack with its label

    ThreadTraffic* traffic = nullptr;  ///< stays with the state

    pid_t tid = 0;                ///< 0: not in use
    ThreadState* next = nullptr;  ///< in the registry; set once
    std::atomic<std::uint64_t> losses[kLossReasonEnd] = {};
    void* signal_stack = nullptr;  ///< alternate_stack.h; stays with the state
    SampleStream sample;           ///< begins anew with each thread

    void lose(LossReason reason) noexcept {
        losses[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
    }
};

/// The allocation function that the program called and that now calls another one, an
/// AllocationFunction; 0: none. Only while calls are counted.
extern constinit TM_THREAD_LOCAL std::uint32_t t_calling_function;

/// What the thread's blocks are labelled with, a LabelId; outlives the state.
extern constinit TM_THREAD_LOCAL std::uint32_t t_label;

/// Null until the thread's first hook, and again after its last destructor ran.
extern constinit TM_THREAD_LOCAL ThreadState* t_state;

}  // namespace tracemalloc::preload
