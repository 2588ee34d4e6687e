// SPDX-License-Identifier: MIT
//
// Which blocks are recorded when not all are: those that hold a point of a Poisson process over the
// bytes that a thread allocates. A block of s bytes is recorded with probability 1 - e^(-s/mean),
// whatever came before it, so every block counts in the estimate as one over its own probability.
//
// The mean may change at any time: what a thread drew stays as it was drawn, and a block carries
// the mean that its gap was drawn with.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/platform/thread_state.h"
#include "preload/sampling/sample_gap.h"
#include "preload/sampling/sampling_budget.h"

namespace tracemalloc::preload {

class Sampler {
public:
    static constexpr std::uint64_t kMostMeanBytes = std::uint64_t{1} << 40;
    static constexpr std::uint64_t kSparseMeanBytes = std::uint64_t{16} << 10;

    /// `seed` 0: the kernel's random numbers.
    void prepare(std::uint64_t mean_bytes, bool adapts, std::uint64_t seed) noexcept {
        is_adaptive_.store(adapts, std::memory_order_relaxed);
        seed_ = seed;
        if (adapts) {
            budget_.begin();
        }
        set_mean_bytes(mean_bytes);
    }
    /// Each thread takes it over with its next sample. 0: every block is recorded.
    void set_mean_bytes(std::uint64_t mean_bytes) noexcept {
        mean_bytes_.store(mean_bytes, std::memory_order_relaxed);
        if (mean_bytes != 0) {
            was_used_.store(true, std::memory_order_relaxed);
        }
    }
    /// The same by the program's own wish, which ends the tracer's choosing.
    void choose(std::uint64_t mean_bytes) noexcept {
        is_adaptive_.store(false, std::memory_order_relaxed);
        set_mean_bytes(mean_bytes);
    }
    [[nodiscard]] bool is_adaptive() const noexcept {
        return is_adaptive_.load(std::memory_order_relaxed);
    }
    /// There may be blocks that were sampled.
    [[nodiscard]] bool was_used() const noexcept {
        return is_adaptive() || was_used_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t mean_bytes() const noexcept {
        return mean_bytes_.load(std::memory_order_relaxed);
    }

    /// Of thousands of blocks one is recorded.
    [[nodiscard]] bool is_sparse() const noexcept { return mean_bytes() >= kSparseMeanBytes; }

    struct Decision {
        bool is_recorded;
        std::uint64_t mean;  ///< that it was recorded with; 0: it had to be
    };
    /// Of a block that did not pass the gate, or never came to it.
    Decision decide(SampleStream& stream, std::uint64_t size) noexcept;

    /// A block that could not be recorded held the sample: the next one is drawn.
    void draw(SampleStream& stream) noexcept;

    /// Recording a block took so many cycles, where the rate is chosen by that.
    void spend(SampleStream& stream, std::uint64_t cycles) noexcept;
    /// In a fork child.
    void adopt_in_child() noexcept {
        if (is_adaptive()) {
            budget_.begin();
        }
    }

    /// What the thread drew is void: in a fork child, whose parent drew the same.
    static void forget(SampleStream& stream) noexcept {
        stream = {};
        t_sample_gap = 0;
    }
    /// The next block is decided with the mean of now.
    static void forget_gap(SampleStream& stream) noexcept {
        stream.mean = 0;
        t_sample_gap = 0;
    }

private:
    [[nodiscard]] std::uint64_t new_seed() noexcept;

    std::atomic<std::uint64_t> mean_bytes_{0};
    std::atomic<bool> was_used_{false};
    std::atomic<bool> is_adaptive_{false};
    SamplingBudget budget_;
    std::uint64_t seed_ = 0;
    std::atomic<std::uint64_t> streams_{0};
};

}  // namespace tracemalloc::preload
