// SPDX-License-Identifier: MIT
//
// The options of the commands that start a program with recording on.
#pragma once

#include <optional>
#include <string>

#include "analyzer/cli/option_table.h"

namespace tracemalloc::analyze {

/// What is absent is left to the environment, and by that to the library's default.
struct RecordingOptions {
    std::optional<std::string> nframe;
    std::optional<std::string> output;
    std::optional<std::string> signal;
    bool exit_snapshot = true;
    bool crash_snapshot = true;
    bool block_addresses = false;
    std::optional<std::string> only;
    bool follow = true;
};

/// --nframe, --output, --signal, --no-exit-snapshot, --no-crash-snapshot, --blocks, --only,
/// --no-follow.
void add_recording_options(OptionTable& options, RecordingOptions& recording);

}  // namespace tracemalloc::analyze
