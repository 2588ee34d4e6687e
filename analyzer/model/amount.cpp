// SPDX-License-Identifier: MIT
#include "analyzer/model/amount.h"

#include <cmath>
#include <limits>

namespace tracemalloc::analyze {

Amount Amount::of(double value) noexcept {
    constexpr double kUnit = 18446744073709551616.0;  // 2⁶⁴
    Amount amount;
    if (!(value > 0)) {
        return amount;
    }
    if (value >= kUnit) {
        return {std::numeric_limits<std::uint64_t>::max()};
    }
    const double whole = std::floor(value);
    amount.whole_ = static_cast<std::uint64_t>(whole);
    amount.fraction_ = static_cast<std::uint64_t>((value - whole) * kUnit);
    return amount;
}

}  // namespace tracemalloc::analyze
