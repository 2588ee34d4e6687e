// SPDX-License-Identifier: MIT
//
// What the lines of one source file hold, and which file a user means.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/model/annotation.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

/// Source files of the snapshot that `wanted` may mean, in order of name: the one of exactly this
/// path, else all whose path ends with it ("a.c" and "lib/a.c" both mean "/src/lib/a.c").
std::vector<Name> find_source_files(const Snapshot& snapshot, const FrameTable& table,
                                    std::string_view wanted);

/// A block counts once for a line, however often the line is on its traceback: unlike
/// statistics(cumulative), so that no line holds more than there is.
FileUse use_of_file(const Snapshot& snapshot, const FrameTable& table, Name filename,
                    FrameView view);

}  // namespace tracemalloc::analyze
