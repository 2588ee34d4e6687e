// SPDX-License-Identifier: MIT
//
// A source file and what its lines hold: the figures from the snapshot, the text from this machine.
#pragma once

#include "analyzer/model/annotation.h"
#include "analyzer/query/group_by.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

/// The text is looked for at the name as reports show it (--path-map has been applied), below the
/// sysroot first. Without it the annotation has figures only, and a remark says so; remarks also
/// say when the text is younger than the binary or has fewer lines than the figures need.
Annotation annotate_source(const Snapshot& snapshot, const FrameTable& table, Name filename,
                           FrameView view, const SymbolizeOptions& options);

}  // namespace tracemalloc::analyze
