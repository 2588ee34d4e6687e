// SPDX-License-Identifier: MIT
#include "preload/sampling/sampler.h"

#include <cmath>
#include <cstdint>

#include "tests/support/catch.h"

namespace tracemalloc::preload {
namespace {

/// A thread's allocations, as its hooks see them.
class Recorder {
public:
    explicit Recorder(Sampler& sampler) : sampler_(sampler) { Sampler::forget(stream_); }
    ~Recorder() { Sampler::forget(stream_); }

    Sampler::Decision allocate(std::uint64_t size) {
        return passes_over(size) ? Sampler::Decision{false, 0} : sampler_.decide(stream_, size);
    }
    SampleStream& stream() { return stream_; }

private:
    Sampler& sampler_;
    SampleStream stream_;
};

/// How many of `blocks` were recorded lies within four standard errors of what it should be.
void check_share(std::uint64_t mean, std::uint64_t size, int blocks) {
    Sampler sampler;
    sampler.prepare(mean, false, 7);
    Recorder thread(sampler);
    int recorded = 0;
    for (int block = 0; block < blocks; ++block) {
        recorded += thread.allocate(size).is_recorded ? 1 : 0;
    }
    const double probability =
        -std::expm1(-static_cast<double>(size != 0 ? size : 1) / static_cast<double>(mean));
    const double expected = blocks * probability;
    const double error = std::sqrt(blocks * probability * (1 - probability));
    INFO("mean " << mean << ", size " << size << ", recorded " << recorded);
    CHECK(std::abs(recorded - expected) <= 4 * error + 1);
}

}  // namespace

TEST_CASE("without a mean every block is recorded and nothing is drawn") {
    Sampler sampler;
    Recorder thread(sampler);
    const Sampler::Decision decision = thread.allocate(100);
    CHECK(decision.is_recorded);
    CHECK(decision.mean == 0);
    CHECK_FALSE(is_sampling());
    CHECK_FALSE(sampler.was_used());
}

TEST_CASE("a block is recorded with the probability that its size gives") {
    for (const std::uint64_t mean : {1U, 64U, 4096U, 524'288U}) {
        for (const std::uint64_t size : {0U, 1U, 24U, 100U, 4096U, 1'000'000U}) {
            check_share(mean, size, 200'000);
        }
    }
}

TEST_CASE("a block carries the mean that its gap was drawn with") {
    Sampler sampler;
    sampler.prepare(1000, false, 3);
    Recorder thread(sampler);
    while (!thread.allocate(10).is_recorded) {
    }
    sampler.set_mean_bytes(64);
    Sampler::Decision decision{};
    while (!decision.is_recorded) {
        decision = thread.allocate(10);
    }
    CHECK(decision.mean == 1000);
    decision = {};
    while (!decision.is_recorded) {
        decision = thread.allocate(10);
    }
    CHECK(decision.mean == 64);
    sampler.set_mean_bytes(0);
    while (!thread.allocate(10).is_recorded) {
    }
    CHECK_FALSE(is_sampling());
    CHECK(thread.allocate(10).mean == 0);
    CHECK(sampler.was_used());
}

TEST_CASE("the sample lies inside the block that is recorded for it") {
    Sampler sampler;
    sampler.prepare(500, false, 11);
    Recorder thread(sampler);
    for (int block = 0; block < 10'000; ++block) {
        if (thread.allocate(200).is_recorded) {
            CHECK(thread.stream().position >= 1);
            CHECK(thread.stream().position <= 200);
        }
    }
}

TEST_CASE("what a signal handler uses up of a gap ends it") {
    Sampler sampler;
    sampler.prepare(1 << 20, false, 5);
    Recorder thread(sampler);
    thread.allocate(1);
    t_sample_gap = 100;  // the hook looked, then its handler allocated, then it subtracts
    CHECK(passes_over(60));
    t_sample_gap = static_cast<std::uint64_t>(-20);
    CHECK(passes_over(60) == false);
    CHECK(thread.allocate(60).is_recorded);
}

TEST_CASE("streams differ, and a child's from its parent's") {
    Sampler sampler;
    sampler.prepare(1 << 20, false, 5);
    SampleStream first;
    SampleStream second;
    sampler.draw(first);
    sampler.draw(second);
    CHECK(first.random != second.random);
    const std::uint64_t parents = first.random;
    Sampler::forget(first);
    sampler.draw(first);
    CHECK(first.random != parents);
    Sampler::forget(first);
}

}  // namespace tracemalloc::preload
