// SPDX-License-Identifier: MIT
//
// Which frames of a stack are shown, and from which end: Python's Traceback.format().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "analyzer/model/frame_table.h"

namespace tracemalloc::analyze {

struct StackOptions {
    std::int64_t frame_limit = 0;  ///< N: the N most recent; -N: the N oldest; 0: all
    bool oldest_first = false;
    /// The line of a source file that a frame stands at, empty when it is not known. Without this
    /// function no source is shown.
    std::function<std::string(const Frame&)> source_line{};
};

struct ShownFrames {
    std::span<const FrameId> frames;  ///< most recent first
    std::size_t more_recent = 0;      ///< left out before them
    std::size_t older = 0;            ///< left out behind them
};

/// `frames` are most recent first, as everywhere; order is none of its matters.
ShownFrames shown_frames(std::span<const FrameId> frames, std::int64_t frame_limit) noexcept;

}  // namespace tracemalloc::analyze
