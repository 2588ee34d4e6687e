// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/cli/child_process.h"
#include "analyzer/cli/recording_environment.h"

namespace tracemalloc::analyze {

/// Dumps of the program that was asked for; of one of its children when it left none itself.
struct RecordedDumps {
    std::string newest;
    std::string oldest;  ///< the same when there is one
};

/// Says on stderr where the dumps of a run are; when there is none, why.
std::optional<RecordedDumps> say_recording(const RecordingEnvironment& environment,
                                           const ChildEnd& end, std::int64_t started_unix_ns);

/// The summary of a dump, on stderr.
void say_summary(const std::string& dump);

/// What to type next.
void say_next_commands(const RecordedDumps& dumps);

}  // namespace tracemalloc::analyze
