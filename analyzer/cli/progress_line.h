// SPDX-License-Identifier: MIT
//
// One line on stderr, written over again, when a wait gets long. Silent unless stderr is a
// terminal; gone when the work is done.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tracemalloc::analyze {

class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void update(std::size_t done, std::size_t all, const std::string& current);
    /// A debug file arrives; `all` is 0 when its size is not known.
    void update_download(std::uint64_t received, std::uint64_t all);

private:
    bool is_due();
    void show(const std::string& text);

    using Clock = std::chrono::steady_clock;

    bool is_terminal_;
    bool is_shown_ = false;
    Clock::time_point next_;
};

}  // namespace tracemalloc::analyze
