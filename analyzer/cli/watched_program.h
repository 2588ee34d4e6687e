// SPDX-License-Identifier: MIT
//
// A program started to be watched: it reads nothing, what it prints is kept until the screen is
// free again, and everything it leaves lies in a folder of ours that goes with it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "analyzer/cli/recording_options.h"

namespace tracemalloc::analyze {

class WatchedProgram {
public:
    WatchedProgram(const std::vector<std::string>& words, RecordingOptions options);
    /// Ends the program (SIGTERM, a few seconds of patience) and removes the folder.
    ~WatchedProgram();
    WatchedProgram(const WatchedProgram&) = delete;
    WatchedProgram& operator=(const WatchedProgram&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    /// The exit status as a shell tells it, once the program has ended.
    std::optional<int> exit_code();
    /// Asks it to end and waits a little.
    void end();
    /// Copies what it printed to stderr.
    void print_output();

private:
    std::string folder_;
    int output_ = -1;
    pid_t pid_ = 0;
    std::optional<int> code_;
};

}  // namespace tracemalloc::analyze
