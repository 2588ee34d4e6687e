// SPDX-License-Identifier: MIT
//
// Tracebacks → tracebacks whose most recent frame, behind those set aside, is the program's own
// call site.
#pragma once

#include <vector>

#include "analyzer/attribution/wrapper_rules.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/traceback.h"

namespace tracemalloc::analyze {

/// Sets Traceback::set_aside to the number of leading frames that the rules match, without a gap: a
/// wrapper further out, behind a frame of the program, stays. Where every frame matches, those that
/// only their module speaks for come back; failing that, the oldest frame stays. Frames without a
/// name are set aside by their code (Frame::hands_on), if they are the most recent ones.
void attribute(std::vector<Traceback>& tracebacks, const FrameTable& table,
               const WrapperRules& rules);

}  // namespace tracemalloc::analyze
