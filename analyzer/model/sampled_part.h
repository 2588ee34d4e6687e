// SPDX-License-Identifier: MIT
//
// What the figures of a snapshot rest on when it was sampled.
#pragma once

#include <algorithm>
#include <cstdint>

#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

struct SampledPart {
    std::uint64_t blocks = 0;        ///< recorded by sampling; each stands for more
    std::uint64_t exact_blocks = 0;  ///< recorded while every block was
    /// The rates these were drawn with, in mean bytes between two samples; with none of them, the
    /// rate when the snapshot was taken.
    std::uint64_t least_mean = 0;
    std::uint64_t most_mean = 0;

    [[nodiscard]] bool any() const noexcept { return most_mean > 0; }
};

/// Of the traces that filters let through.
inline SampledPart sampled_part(const Snapshot& snapshot) noexcept {
    SampledPart part;
    if (!snapshot.info.sampling) {
        return part;
    }
    for (const Trace& trace : snapshot.traces) {
        if (trace.mean_bytes == 0) {
            part.exact_blocks += trace.count;
            continue;
        }
        part.least_mean =
            part.blocks == 0 ? trace.mean_bytes : std::min(part.least_mean, trace.mean_bytes);
        part.most_mean = std::max(part.most_mean, trace.mean_bytes);
        part.blocks += trace.count;
    }
    if (part.blocks == 0) {
        part.least_mean = part.most_mean = snapshot.info.sampling->mean_bytes;
    }
    return part;
}

}  // namespace tracemalloc::analyze
