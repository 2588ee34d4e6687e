// SPDX-License-Identifier: MIT
//
// Which of many address ranges holds an address: a sorted array with the running maximum of the
// ends beside it, so that a range nested in a longer one does not hide it. Build n log n, find
// log n plus the ranges skipped.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tracemalloc::analyze {

template <typename Payload>
struct Interval {
    std::uint64_t low = 0;
    std::uint64_t high = 0;  ///< one past the last address
    Payload payload{};
};

/// `Payload` has operator<: of ranges with the same start the greatest one answers.
template <typename Payload>
class IntervalIndex {
public:
    IntervalIndex() = default;
    explicit IntervalIndex(std::vector<Interval<Payload>> intervals)
        : intervals_(std::move(intervals)) {
        std::sort(intervals_.begin(), intervals_.end(), [](const auto& a, const auto& b) {
            return a.low != b.low ? a.low < b.low : a.payload < b.payload;
        });
        furthest_.reserve(intervals_.size());
        std::uint64_t furthest = 0;
        for (const auto& interval : intervals_) {
            furthest = std::max(furthest, interval.high);
            furthest_.push_back(furthest);
        }
    }

    /// The range with the latest start that holds `address`, or null.
    [[nodiscard]] const Interval<Payload>* find(std::uint64_t address) const {
        const auto after = std::upper_bound(
            intervals_.begin(), intervals_.end(), address,
            [](std::uint64_t value, const auto& interval) { return value < interval.low; });
        auto index = static_cast<std::size_t>(after - intervals_.begin());
        for (int steps = 0; index > 0 && furthest_[index - 1] > address && steps < kMaxSteps;
             ++steps) {
            --index;
            if (address < intervals_[index].high) {
                return &intervals_[index];
            }
        }
        return nullptr;
    }

private:
    // Real objects nest a handful deep; a forged one must not make each look-up linear.
    static constexpr int kMaxSteps = 1024;

    std::vector<Interval<Payload>> intervals_;
    std::vector<std::uint64_t> furthest_;
};

}  // namespace tracemalloc::analyze
