// SPDX-License-Identifier: MIT
//
// The order in which single traces are listed: what holds most comes first, ties as in the dump.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

/// Indexes of the first `rows` traces in report order.
std::vector<std::uint32_t> largest_traces(std::span<const Trace> traces, std::size_t rows);

/// Total of the traces that are not among `shown`.
Total rest_of(const Snapshot& snapshot, std::span<const std::uint32_t> shown);

/// The frames a report starts with: those behind the frames set aside, or all.
inline std::span<const FrameId> visible_frames(const Traceback& traceback, bool attributed) {
    return attributed ? traceback.attributed() : std::span<const FrameId>(traceback.frames);
}

}  // namespace tracemalloc::analyze
