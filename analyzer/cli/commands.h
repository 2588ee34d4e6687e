// SPDX-License-Identifier: MIT
//
// One function a command; each returns the exit code.
#pragma once

#include "analyzer/cli/command_line.h"

namespace tracemalloc::analyze {

inline int execute(const NoCommand&) {
    return 0;
}
int execute(const StatsCommand& command);
int execute(const DiffCommand& command);
int execute(const TracesCommand& command);
int execute(const InfoCommand& command);
int execute(const RunCommand& command);
int execute(const SnapshotCommand& command);

}  // namespace tracemalloc::analyze
