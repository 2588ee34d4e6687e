// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "analyzer/cli/child_process.h"
#include "analyzer/cli/recording_environment.h"

namespace tracemalloc::analyze {

/// Says on stderr where the dumps of a run are and what to type next; when there is none, why.
void say_recording(const RecordingEnvironment& environment, const ChildEnd& end,
                   std::int64_t started_unix_ns);

}  // namespace tracemalloc::analyze
