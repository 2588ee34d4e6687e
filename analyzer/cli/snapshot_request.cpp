// SPDX-License-Identifier: MIT
#include "analyzer/cli/snapshot_request.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <vector>

#include "analyzer/cli/dump_search.h"
#include "analyzer/cli/signal_name.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

using Clock = std::chrono::steady_clock;

constexpr long kPollNs = 5'000'000;
/// A snapshot is counted when its file is complete, so ours is there at once; but the first one
/// that is counted may be somebody else's, asked for just before.
constexpr std::chrono::seconds kPatience{2};

void check_state(const RecordingMark& mark, pid_t pid) {
    if (mark.state == RecordingMark::State::off) {
        throw OperationError(
            fmt::format("process {} has the recording library loaded, but recording is off", pid));
    }
    if (mark.signal <= 0) {
        throw OperationError(fmt::format(
            "process {} takes no snapshot by signal (it was started with TRACEMALLOC_SIGNAL=none)",
            pid));
    }
    if (mark.state == RecordingMark::State::yielded) {
        throw OperationError(fmt::format(
            "process {} handles {} itself, so it was not sent; record it with another signal "
            "(tmtool run --signal, TRACEMALLOC_SIGNAL)",
            pid, signal_name(mark.signal)));
    }
}

/// Dumps that answer a signal, taken since we asked, newest first.
std::vector<SnapshotInfo> answers_since(const std::string& pattern, const RecordedProcess& process,
                                        std::int64_t asked) {
    return find_dumps(pattern, asked, [&](const SnapshotInfo& info) {
        return info.pid == process.own_pid() && info.reason == "signal";
    });
}

void pause_shortly() {
    const timespec pause{0, kPollNs};
    ::nanosleep(&pause, nullptr);
}

/// Two requests at once are one signal for the kernel. The lock is on an entry of /proc, so nothing
/// is left behind; where it cannot be had in time, we go on without.
class Turn {
public:
    Turn(pid_t pid, double timeout_s, const std::function<bool()>& given_up)
        : file_(::open(fmt::format("/proc/{}/status", pid).c_str(), O_RDONLY | O_CLOEXEC)) {
        const auto deadline = Clock::now() + std::chrono::duration<double>(timeout_s);
        while (file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK &&
               Clock::now() < deadline && !given_up()) {
            pause_shortly();
        }
    }
    ~Turn() {
        if (file_ >= 0) {
            ::close(file_);
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    int file_;
};

class Wait {
public:
    Wait(const RecordedProcess& process, const RecordingMark& before, double timeout_s)
        : process_(process),
          before_(before),
          timeout_s_(timeout_s),
          deadline_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                       std::chrono::duration<double>(timeout_s))),
          pattern_(process.output_pattern(before)) {}

    /// Empty until the dump is there.
    SnapshotAnswer look(std::int64_t asked) {
        const auto mark = process_.mark();
        const bool has_written = mark && mark->written > before_.written;
        if (has_written || !mark) {
            const auto dumps = answers_since(pattern_, process_, asked);
            if (!dumps.empty()) {
                return {dumps.back().dump_path,
                        dumps.size() == 1 && mark && mark->written == before_.written + 1};
            }
        }
        written_at_ = has_written && !written_at_ ? std::optional(Clock::now()) : written_at_;
        check(mark);
        return {};
    }

private:
    void check(const std::optional<RecordingMark>& mark) const {
        if (written_at_ && Clock::now() - *written_at_ > kPatience) {
            throw OperationError(fmt::format("process {} wrote its snapshot, but not to '{}'",
                                             process_.pid(), pattern_));
        }
        if (!mark && !process_.is_alive()) {
            throw OperationError(
                fmt::format("process {} ended before its snapshot was written", process_.pid()));
        }
        if (mark && mark->failed > before_.failed) {
            throw OperationError(fmt::format(
                "process {} could not write its snapshot to '{}' (its stderr tells the reason)",
                process_.pid(), pattern_));
        }
        if (Clock::now() >= deadline_) {
            throw OperationError(
                fmt::format("process {} took no snapshot within {} s of {} (stopped, "
                            "or the signal is blocked?)",
                            process_.pid(), timeout_s_, signal_name(before_.signal)));
        }
    }

    const RecordedProcess& process_;
    RecordingMark before_;
    double timeout_s_;
    Clock::time_point deadline_;
    std::string pattern_;
    std::optional<Clock::time_point> written_at_;
};

}  // namespace

RecordingMark require_armed(const RecordedProcess& process) {
    const auto mark = process.mark();
    if (!mark) {
        throw OperationError(
            process.is_alive()
                ? fmt::format("process {} is not recorded (start it with tmtool run)",
                              process.pid())
                : fmt::format("process {} has ended", process.pid()));
    }
    check_state(*mark, process.pid());
    return *mark;
}

SnapshotAnswer request_snapshot(const RecordedProcess& process, double timeout_s,
                                const std::function<bool()>& given_up) {
    const Turn turn(process.pid(), timeout_s, given_up);
    const RecordingMark mark = require_armed(process);
    Wait wait(process, mark, timeout_s);
    const std::int64_t asked = now_unix_ns();
    if (::kill(process.pid(), mark.signal) != 0) {
        throw OperationError(fmt::format("process {} cannot be sent {}: {}", process.pid(),
                                         signal_name(mark.signal), std::strerror(errno)));
    }
    for (;;) {
        SnapshotAnswer answer = wait.look(asked);
        if (!answer.dump.empty() || given_up()) {
            return answer;
        }
        pause_shortly();
    }
}

}  // namespace tracemalloc::analyze
