// SPDX-License-Identifier: MIT
#include "preload/store/epoch_table.h"

namespace tracemalloc::preload {

void EpochTable::merge_older(Numbers& merged) noexcept {
    constexpr std::size_t kOlder = kCapacity / 2;
    const std::size_t count = all().size();
    std::size_t kept = 0;
    for (std::size_t at = 0; at < count; ++at, ++kept) {
        epochs_[kept] = epochs_[at];
        merged[at] = static_cast<EpochId>(kept);
        if (at + 1 < kOlder && epochs_[at + 1].flags == epochs_[kept].flags) {
            merged[++at] = static_cast<EpochId>(kept);
        }
    }
    current_ = static_cast<EpochId>(kept - 1);
}

}  // namespace tracemalloc::preload
