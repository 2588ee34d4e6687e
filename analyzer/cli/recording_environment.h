// SPDX-License-Identifier: MIT
//
// Recording options as the environment variables that the recording library reads.
#pragma once

#include <string>

#include "analyzer/cli/recording_options.h"

namespace tracemalloc::analyze {

struct RecordingEnvironment {
    std::string pattern;  ///< TRACEMALLOC_OUTPUT, absolute
    std::string session;  ///< TRACEMALLOC_SESSION, new for this run
    bool exit_snapshot = true;
    std::string only;  ///< TRACEMALLOC_ONLY
};

/// Sets them in this process, whose child inherits them. An LD_PRELOAD that is already set is kept,
/// behind ours; variables that no option speaks of stay as they are.
RecordingEnvironment set_recording_environment(const RecordingOptions& options,
                                               const std::string& library);

}  // namespace tracemalloc::analyze
