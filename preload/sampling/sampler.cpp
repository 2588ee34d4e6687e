// SPDX-License-Identifier: MIT
#include "preload/sampling/sampler.h"

#include "preload/platform/clock.h"
#include "preload/platform/system_call.h"
#include "preload/sampling/exponential.h"

namespace tracemalloc::preload {

constinit TM_THREAD_LOCAL std::uint64_t t_sample_gap = 0;

namespace {

/// splitmix64: the state counts, so no state is a bad one.
std::uint64_t next_random(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

}  // namespace

/// Different for each stream.
std::uint64_t Sampler::new_seed() noexcept {
    std::uint64_t seed = seed_;
    if (seed == 0 && system_call(SYS_getrandom, &seed, sizeof seed, 0) != sizeof seed) {
        seed = static_cast<std::uint64_t>(clock_ns(CLOCK_MONOTONIC));
    }
    seed += streams_.fetch_add(1, std::memory_order_relaxed) << 32;
    return next_random(seed) | 1;
}

void Sampler::draw(SampleStream& stream) noexcept {
    if (stream.random == 0) {
        stream.random = new_seed();
    }
    stream.mean = mean_bytes();
    t_sample_gap = stream.mean != 0 ? exponential::gap(next_random(stream.random), stream.mean) : 0;
}

Sampler::Decision Sampler::decide(SampleStream& stream, std::uint64_t size) noexcept {
    if (stream.mean == 0) {
        draw(stream);
        if (stream.mean == 0) {
            return {true, 0};
        }
    }
    const std::uint64_t bytes = size != 0 ? size : 1;
    if (t_sample_gap > bytes) {
        t_sample_gap -= bytes;
        return {false, stream.mean};
    }
    stream.position = t_sample_gap;
    const std::uint64_t mean = stream.mean;
    draw(stream);
    return {true, mean};
}

void Sampler::spend(SampleStream& stream, std::uint64_t cycles) noexcept {
    stream.cycles += cycles;
    if (++stream.records < SamplingBudget::kRecordsPerLook) {
        return;
    }
    set_mean_bytes(budget_.spend(stream.cycles, mean_bytes(), SamplingBudget::now()));
    stream.cycles = 0;
    stream.records = 0;
}

}  // namespace tracemalloc::preload
