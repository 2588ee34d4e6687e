// SPDX-License-Identifier: MIT
//
// Bytes and blocks, and how sure they are.
#pragma once

#include <cmath>

#include "analyzer/model/amount.h"

namespace tracemalloc::analyze {

/// Of the estimated bytes and blocks; of exact ones 0. Blocks are sampled independently of each
/// other, so variances of different blocks add up.
struct Variance {
    double size = 0;
    double count = 0;

    [[nodiscard]] double size_error() const noexcept { return std::sqrt(size); }
    [[nodiscard]] double count_error() const noexcept { return std::sqrt(count); }

    Variance& operator+=(const Variance& more) noexcept {
        size += more.size;
        count += more.count;
        return *this;
    }
    /// Never below 0, whatever rounding left over.
    Variance& operator-=(const Variance& less) noexcept {
        size = std::fmax(0, size - less.size);
        count = std::fmax(0, count - less.count);
        return *this;
    }
    friend bool operator==(const Variance&, const Variance&) = default;
};

struct Total {
    Amount size{};
    Amount count{};
    Variance variance{};

    Total& operator+=(const Total& more) noexcept {
        size += more.size;
        count += more.count;
        variance += more.variance;
        return *this;
    }
    /// Takes a part out of the whole.
    Total& operator-=(const Total& part) noexcept {
        size -= part.size;
        count -= part.count;
        variance -= part.variance;
        return *this;
    }
    friend bool operator==(const Total&, const Total&) = default;
};

}  // namespace tracemalloc::analyze
