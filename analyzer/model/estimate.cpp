// SPDX-License-Identifier: MIT
#include "analyzer/model/estimate.h"

#include <algorithm>
#include <cmath>

namespace tracemalloc::analyze {

double unseen_blocks(std::uint64_t size, std::uint64_t mean_bytes) noexcept {
    return 1 / std::expm1(static_cast<double>(std::max<std::uint64_t>(size, 1)) /
                          static_cast<double>(mean_bytes));
}

Total estimate(std::uint64_t size, std::uint64_t count, std::uint64_t mean_bytes) noexcept {
    Total total{size * count, count};
    if (mean_bytes == 0) {
        return total;
    }
    const auto bytes = static_cast<double>(size);
    const double unseen = unseen_blocks(size, mean_bytes);
    const double blocks = static_cast<double>(count) * unseen;
    total.count += Amount::of(blocks);
    total.size += Amount::of(blocks * bytes);
    total.variance.count = blocks * (1 + unseen);
    total.variance.size = total.variance.count * bytes * bytes;
    return total;
}

}  // namespace tracemalloc::analyze
