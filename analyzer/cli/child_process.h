// SPDX-License-Identifier: MIT
//
// A program run so that it hardly notices the process between it and its caller: same process
// group, same signals, same exit status.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tracemalloc::analyze {

struct ChildEnd {
    pid_t pid = 0;
    int exit_code = 0;  ///< the program's own, or 128 + signal
    int signal = 0;     ///< 0: it exited
};

/// Starts the program and waits for its end. Throws OperationError when it cannot be started.
ChildEnd run_child(const std::string& path, const std::vector<std::string>& arguments);

}  // namespace tracemalloc::analyze
