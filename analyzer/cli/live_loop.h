// SPDX-License-Identifier: MIT
//
// The loop of `tmtool top`: look, show, wait. Each look is a snapshot that is deleted when it was
// read, if it is surely the answer to our own signal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/cli/live_terminal.h"
#include "analyzer/cli/live_watch.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/recorded_process.h"

namespace tracemalloc::analyze {

struct TopOptions {
    ReadOptions read;
    double interval_s = 2;
    std::uint64_t count = 0;  ///< looks; 0: until it ends
};

class LiveLoop {
public:
    /// `owns_files`: everything that the process writes is ours to delete.
    LiveLoop(const RecordedProcess& process, const TopOptions& options, bool owns_files);

    /// Until the user quits, the process or the count ends, or a signal asks to.
    void on_terminal();
    /// The same with one line a look and no keys.
    void in_lines();
    /// What is to be said when the terminal is free again.
    void say_end() const;

private:
    using Clock = std::chrono::steady_clock;

    bool look();
    [[nodiscard]] bool is_last() const { return options_.count != 0 && looks_ >= options_.count; }
    LiveView view();
    void draw(LiveTerminal& terminal);
    bool wait(LiveTerminal& terminal);
    void use(char key);
    void dispose(const std::string& dump, bool is_ours);

    const RecordedProcess& process_;
    const TopOptions& options_;
    bool owns_files_;
    LiveWatch watch_;
    GroupBy group_by_;
    LiveOrder order_ = LiveOrder::size;
    double interval_s_;
    bool paused_ = false;
    std::uint64_t looks_ = 0;
    std::string note_;
    std::vector<std::string> left_;
};

}  // namespace tracemalloc::analyze
