// SPDX-License-Identifier: MIT
//
// When the blocks of a snapshot were born, counted in snapshots of their process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tracemalloc::analyze {

/// A time in the life of the process. It lasts until the next epoch begins.
struct Epoch {
    std::uint32_t snapshots = 0;  ///< how many the process that it began in had taken then
    bool inherited = false;       ///< it was the parent's, before this process was forked
    std::int64_t start_unix_ns = 0;
};

/// Of the blocks of a trace, those born in one epoch.
struct Birth {
    std::uint32_t trace = 0;  ///< index into the traces
    std::uint32_t epoch = 0;  ///< index into Births::epochs
    std::uint64_t count = 0;  ///< at least 1

    friend bool operator==(const Birth&, const Birth&) = default;
};

/// The counts of a trace's rows add up to its own.
struct Births {
    std::vector<Epoch> epochs;  ///< in order of time; empty: nothing is known of births
    std::vector<Birth> rows;    ///< sorted by trace, then epoch; empty: all in the first epoch

    [[nodiscard]] bool is_known() const noexcept { return !epochs.empty(); }
};

}  // namespace tracemalloc::analyze
