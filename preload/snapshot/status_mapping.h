// SPDX-License-Identifier: MIT
//
// What `tmtool snapshot PID` needs to know of this process, published where anyone who may read
// /proc/PID/maps sees it and without keeping a descriptor open: as the name of an empty mapping.
//
//   /memfd:tracemalloc:STATE:SIGNAL:WRITTEN:FAILED:PATTERN
//
// STATE armed, yielded (the program handles the signal itself) or off; WRITTEN and FAILED count
// snapshots; PATTERN is the output pattern, left out when the name would be too long for the
// kernel.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace tracemalloc::preload {

struct RecordingStatus {
    enum class State { armed, yielded, off };
    State state = State::off;
    int signal = 0;
    std::uint32_t written = 0;
    std::uint32_t failed = 0;
};

class StatusMapping {
public:
    /// What its path begins with in /proc/PID/maps.
    static constexpr std::string_view kPathPrefix = "/memfd:tracemalloc:";

    /// Replaces what was published before. Where memfd_create is forbidden nothing is published.
    void publish(const RecordingStatus& status, std::string_view pattern) noexcept;

private:
    std::atomic<void*> mapping_{nullptr};
};

}  // namespace tracemalloc::preload
