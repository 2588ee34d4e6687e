// SPDX-License-Identifier: MIT
#include "analyzer/cli/signal_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>

namespace tracemalloc::analyze {

namespace {

/// The recording library refuses the others: they stop the process or mean a crash.
constexpr std::array<int, 16> kSnapshotSignals = {
    SIGUSR1, SIGUSR2, SIGHUP,   SIGINT, SIGQUIT, SIGTERM, SIGALRM,   SIGVTALRM,
    SIGPROF, SIGIO,   SIGWINCH, SIGURG, SIGPWR,  SIGXCPU, SIGSTKFLT, SIGCONT};
constexpr int kFirstRealTime = 34;  // what glibc calls SIGRTMIN
constexpr int kLastRealTime = 64;

}  // namespace

bool is_snapshot_signal(std::string_view text) {
    if (text == "none") {
        return true;
    }
    if (text.substr(0, 3) == "SIG") {
        text.remove_prefix(3);
    }
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    const bool is_listed =
        std::any_of(kSnapshotSignals.begin(), kSnapshotSignals.end(), [&](int signal) {
            const char* name = ::sigabbrev_np(signal);
            // The C library's name for SIGIO is POLL.
            return (is_number && number == signal) || (name != nullptr && text == name) ||
                   (signal == SIGIO && text == "IO");
        });
    return is_listed || (is_number && number >= kFirstRealTime && number <= kLastRealTime);
}

}  // namespace tracemalloc::analyze
