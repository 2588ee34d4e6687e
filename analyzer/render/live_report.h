// SPDX-License-Identifier: MIT
//
// A look at a watched process, as a screen of a terminal or as one line of a log.
#pragma once

#include "analyzer/model/frame_table.h"
#include "analyzer/model/live_view.h"
#include "analyzer/render/output.h"

namespace tracemalloc::analyze {

struct LiveScreen {
    std::size_t width = 80;
    std::size_t height = 24;
    bool colour = false;
    bool attributed = true;
};

/// At most `height` lines, the last without an end, so that nothing scrolls. `snapshot` is what the
/// view was made of.
void put_live_screen(Output& output, const FrameTable& table, const Snapshot& snapshot,
                     const LiveView& view, const LiveScreen& screen);

/// "12:03:05  24.7 MiB in 19,476 blocks  +1.2 MiB/s  …  largest: parse.cpp:120 parse 18.9 MiB"
void put_live_line(Output& output, const FrameTable& table, const LiveView& view);

}  // namespace tracemalloc::analyze
