// SPDX-License-Identifier: MIT
//
// The environment of the recorded process, parsed once. Each bad value is one line on stderr that
// names the variable, the value and what is allowed; the program then runs untraced.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/snapshot_trigger.h"
#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

struct Options {
    static constexpr std::uint32_t kMaxFrames = 512;
    static constexpr std::uint64_t kMaxSampleBytes = std::uint64_t{1} << 40;

    std::uint32_t nframe = 32;     ///< TRACEMALLOC_NFRAME, 1..512
    TextBuffer<PATH_MAX> output;   ///< TRACEMALLOC_OUTPUT, made absolute
    int signal = 10;               ///< TRACEMALLOC_SIGNAL, 0: none
    bool exit_snapshot = true;     ///< TRACEMALLOC_EXIT
    bool crash_snapshot = true;    ///< TRACEMALLOC_CRASH
    bool start = true;             ///< TRACEMALLOC_START
    bool peak = false;             ///< TRACEMALLOC_PEAK
    bool check_report = false;     ///< TRACEMALLOC_CHECK_REPORT: say at the end how many it were
    TextBuffer<PATH_MAX> only;     ///< TRACEMALLOC_ONLY: globs parted by colons, empty: all
    bool follow = true;            ///< TRACEMALLOC_FOLLOW
    SnapshotTriggers triggers;     ///< TRACEMALLOC_INTERVAL, _GROW, _AUTOSAVE
    bool block_addresses = false;  ///< TRACEMALLOC_BLOCKS
    bool leaks = false;            ///< TRACEMALLOC_LEAKS
    bool mappings = false;         ///< TRACEMALLOC_MMAP
    bool traffic = false;          ///< TRACEMALLOC_TRAFFIC
    std::uint64_t sample_bytes =
        0;                          ///< TRACEMALLOC_SAMPLE: mean between two samples, 0: all blocks
    bool adapts_sampling = false;   ///< TRACEMALLOC_SAMPLE=auto
    std::uint64_t sample_seed = 0;  ///< TRACEMALLOC_SAMPLE_SEED, 0: the kernel's random numbers
    std::uint32_t check_every = 0;  ///< TRACEMALLOC_CHECK: compare every k-th capture, 0: none
    TextBuffer<65> session;         ///< TRACEMALLOC_SESSION, set by `tmtool run`

    [[nodiscard]] bool samples() const noexcept { return sample_bytes != 0 || adapts_sampling; }
};

/// False when a value was bad; it has been reported then.
[[nodiscard]] bool parse_options(const char* const* environment, Options& options) noexcept;

/// "USR1" for 10; "RTMIN+2" style names are given as numbers by the caller.
std::string_view signal_name(int signal) noexcept;

}  // namespace tracemalloc::preload
