// SPDX-License-Identifier: MIT
//
// When blocks were born, counted in snapshots. An epoch lasts from one snapshot to the next; each
// block carries the number of its own. Numbers are 8 bits: when they run out, the older half of the
// epochs is merged in pairs, so that recent ones stay exact and old ones get coarser with age.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/dump_format.h"

namespace tracemalloc::preload {

using EpochId = std::uint8_t;
inline constexpr unsigned kEpochBits = 8;

/// Its epochs are in order of time, those that were inherited first. All-zero is a table of one.
class EpochTable {
public:
    static constexpr std::size_t kCapacity = std::size_t{1} << kEpochBits;
    using Numbers = EpochId[kCapacity];

    [[nodiscard]] EpochId current() const noexcept { return current_; }
    [[nodiscard]] std::span<const dump::Epoch> all() const noexcept {
        return {epochs_, std::size_t{current_} + 1};
    }
    [[nodiscard]] bool is_full() const noexcept { return current_ + 1U == kCapacity; }

    /// A new one, when `snapshots` were taken. Not when the table is full.
    void begin(std::uint32_t snapshots, std::int64_t start_unix_ns) noexcept {
        epochs_[++current_] = {snapshots, 0, start_unix_ns};
    }
    /// The blocks of all epochs so far are the parent's.
    void mark_inherited() noexcept {
        for (std::size_t at = 0; at <= current_; ++at) {
            epochs_[at].flags |= dump::kInherited;
        }
    }
    /// There is no block of any epoch: one is left, which begins now.
    void restart(std::int64_t start_unix_ns) noexcept {
        const std::uint32_t snapshots = epochs_[current_].snapshots;
        current_ = 0;
        epochs_[0] = {snapshots, 0, start_unix_ns};
    }
    /// Makes room in a full table; number n is `merged[n]` then. The earlier of a pair tells when
    /// it began. An inherited epoch is merged with an inherited one only.
    void merge_older(Numbers& merged) noexcept;

private:
    EpochId current_ = 0;
    dump::Epoch epochs_[kCapacity] = {};
};

}  // namespace tracemalloc::preload
