// SPDX-License-Identifier: MIT
//
// Where a block was allocated: frames, most recent first, as ids of a FrameTable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyzer/model/frame_table.h"

namespace tracemalloc::analyze {

struct Traceback {
    std::vector<FrameId> frames;
    /// Leading frames that only pass an allocation on (`std::vector`, `xmalloc`, …). They stay in
    /// `frames`; statistics start behind them. At least one frame is never set aside.
    std::size_t set_aside = 0;
    /// Captured frames on the whole stack; absent when the stack was cut.
    std::optional<std::uint32_t> total_nframe;
    /// What was captured, as indexes into Snapshot::addresses, most recent first. The frames are
    /// those of the addresses, one after the other.
    std::vector<std::uint32_t> addresses{};
    /// What the program itself said of its blocks (tracemalloc.h). Tracebacks that differ in these
    /// alone are separate, and one in every grouping by frames.
    std::uint32_t domain = 0;  ///< 0: the heap
    Name tag{};                ///< unknown: none

    [[nodiscard]] std::span<const FrameId> attributed() const noexcept {
        return std::span(frames).subspan(set_aside);
    }
};

}  // namespace tracemalloc::analyze
