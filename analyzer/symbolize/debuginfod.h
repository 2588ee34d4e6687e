// SPDX-License-Identifier: MIT
//
// Debug files by build-id from the servers that DEBUGINFOD_URLS names, through libdebuginfod, which
// keeps them in its own cache. The only place that uses a network, and only when the user said so:
// the library is loaded with the first question, so neither a build nor a start needs it.
#pragma once

#include <functional>
#include <string>

struct debuginfod_client;

namespace tracemalloc::analyze {

class Debuginfod {
public:
    /// Called now and then while a file arrives: bytes so far, and in all (0: not known).
    using Progress = std::function<void(long, long)>;

    Debuginfod() = default;
    ~Debuginfod();
    Debuginfod(const Debuginfod&) = delete;
    Debuginfod& operator=(const Debuginfod&) = delete;

    /// Path of the file, empty when no server has it. After a failure nothing more is asked, so
    /// that a server that does not answer is waited for once.
    std::string find(const std::string& build_id, const Progress& progress);

    /// Why not all could be asked for; the first time, then empty.
    std::string take_complaint();

private:
    bool start();
    void stop(std::string complaint);

    bool is_stopped_ = false;
    debuginfod_client* client_ = nullptr;
    std::string complaint_;
};

}  // namespace tracemalloc::analyze
