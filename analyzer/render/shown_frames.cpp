// SPDX-License-Identifier: MIT
#include "analyzer/render/shown_frames.h"

namespace tracemalloc::analyze {

ShownFrames shown_frames(std::span<const FrameId> frames, std::int64_t frame_limit) noexcept {
    const std::uint64_t most = frame_limit < 0 ? 0 - static_cast<std::uint64_t>(frame_limit)
                                               : static_cast<std::uint64_t>(frame_limit);
    if (frame_limit == 0 || frames.size() <= most) {
        return {frames, 0, 0};
    }
    const std::size_t left_out = frames.size() - most;
    return frame_limit > 0 ? ShownFrames{frames.first(most), 0, left_out}
                           : ShownFrames{frames.last(most), left_out, 0};
}

}  // namespace tracemalloc::analyze
