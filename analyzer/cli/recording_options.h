// SPDX-License-Identifier: MIT
//
// The options of the commands that start a program with recording on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "analyzer/cli/option_table.h"

namespace tracemalloc::analyze {

/// What is absent is left to the environment, and by that to the library's default.
struct RecordingOptions {
    std::optional<std::string> output;
    /// Variables of the recorded process, by what follows TRACEMALLOC_ in their names.
    std::map<std::string, std::string> variables;

    void set(const std::string& name, std::string value) { variables[name] = std::move(value); }
};

void add_recording_options(OptionTable& options, RecordingOptions& recording);

}  // namespace tracemalloc::analyze
