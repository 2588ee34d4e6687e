// SPDX-License-Identifier: MIT
//
// What a process that samples does, without the process: each thread draws how many bytes it may
// allocate before its next sample, and the block that holds that byte is recorded.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tracemalloc::test {

/// splitmix64: the same numbers with every standard library.
class RandomNumbers {
public:
    explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111eb;
        return mixed ^ mixed >> 31U;
    }
    /// In (0, 1].
    double fraction() noexcept { return static_cast<double>((next() >> 11U) + 1) * 0x1p-53; }
    std::uint64_t below(std::uint64_t limit) noexcept { return next() % limit; }

private:
    std::uint64_t state_;
};

class PoissonRecorder {
public:
    PoissonRecorder(std::uint64_t mean_bytes, std::size_t threads, RandomNumbers& random)
        : mean_(static_cast<double>(mean_bytes)), random_(random), gaps_(threads) {
        for (std::uint64_t& gap : gaps_) {
            gap = draw();
        }
    }

    /// Whether a block that the thread allocates is recorded.
    bool allocate(std::size_t thread, std::uint64_t size) noexcept {
        std::uint64_t& gap = gaps_[thread];
        const std::uint64_t bytes = size != 0 ? size : 1;
        if (gap > bytes) {
            gap -= bytes;
            return false;
        }
        gap = draw();
        return true;
    }

private:
    /// The number, from 1, of the byte that the next sample falls on.
    std::uint64_t draw() noexcept {
        return static_cast<std::uint64_t>(std::ceil(-mean_ * std::log(random_.fraction())));
    }

    double mean_;
    RandomNumbers& random_;
    std::vector<std::uint64_t> gaps_;  ///< bytes to the next sample of each thread
};

}  // namespace tracemalloc::test
