// SPDX-License-Identifier: MIT
//
// What a recorded process tells of itself to anyone who may look: the name of a mapping in its
// /proc/PID/maps (see preload/snapshot/status_mapping.h). Looking changes nothing in the process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tracemalloc::analyze {

struct RecordingMark {
    enum class State { armed, yielded, off };
    State state = State::off;
    int signal = 0;  ///< 0: no signal takes a snapshot
    std::uint64_t written = 0;
    std::uint64_t failed = 0;
    std::string pattern;  ///< empty when it was too long to be told
};

/// The mark in one line of /proc/PID/maps; absent when there is none.
std::optional<RecordingMark> parse_mark(std::string_view maps_line);

class RecordedProcess {
public:
    /// Throws OperationError when there is no such process.
    explicit RecordedProcess(pid_t pid);

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    /// Its pid as it knows it itself, which differs in a container.
    [[nodiscard]] std::uint32_t own_pid() const noexcept { return own_pid_; }
    [[nodiscard]] bool is_alive() const;
    /// Absent when the process is not recorded or gone. Throws OperationError when it may not be
    /// looked at.
    [[nodiscard]] std::optional<RecordingMark> mark() const;
    /// Where its dumps go, as seen from here.
    [[nodiscard]] std::string output_pattern(const RecordingMark& mark) const;

private:
    [[nodiscard]] std::string proc(std::string_view entry) const;
    [[nodiscard]] std::string environment_variable(std::string_view name) const;

    pid_t pid_ = 0;
    std::uint32_t own_pid_ = 0;
};

}  // namespace tracemalloc::analyze
