// SPDX-License-Identifier: MIT
//
// Asks a recorded process for a snapshot and prints the path of the dump. The signal is sent only
// to a process that has said it takes it; every other one is left alone.
#include <fmt/format.h>
#include <signal.h>
#include <time.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/dump_search.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/recorded_process.h"
#include "analyzer/cli/signal_name.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"x(Examples:
  tmtool snapshot 1234
  tmtool stats "$(tmtool snapshot 1234)"

Takes a snapshot of a recorded process now and prints the path of the dump when it is complete.
A process that is not recorded, or that uses the snapshot signal itself, is left alone.)x";

using Clock = std::chrono::steady_clock;

constexpr double kLongestTimeout = 86400;
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

RecordingMark mark_of(const RecordedProcess& process) {
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

/// The oldest dump that was taken after we asked; empty when there is none yet.
std::string dump_since(const std::string& pattern, const RecordedProcess& process,
                       std::int64_t asked) {
    const auto dumps = find_dumps(
        pattern, asked, [&](const SnapshotInfo& info) { return info.pid == process.own_pid(); });
    return dumps.empty() ? std::string() : dumps.back().dump_path;
}

std::string wait_for_dump(const RecordedProcess& process, const RecordingMark& before,
                          std::int64_t asked, double timeout_s) {
    const auto deadline = Clock::now() + std::chrono::duration<double>(timeout_s);
    const std::string pattern = process.output_pattern(before);
    std::optional<Clock::time_point> written_at;
    for (;;) {
        const auto mark = process.mark();
        const bool has_written = mark && mark->written > before.written;
        if (has_written || !mark) {
            const std::string dump = dump_since(pattern, process, asked);
            if (!dump.empty()) {
                return dump;
            }
        }
        written_at = has_written && !written_at ? std::optional(Clock::now()) : written_at;
        if (written_at && Clock::now() - *written_at > kPatience) {
            throw OperationError(fmt::format("process {} wrote its snapshot, but not to '{}'",
                                             process.pid(), pattern));
        }
        if (!mark && !process.is_alive()) {
            throw OperationError(
                fmt::format("process {} ended before its snapshot was written", process.pid()));
        }
        if (mark && mark->failed > before.failed) {
            throw OperationError(fmt::format(
                "process {} could not write its snapshot to '{}' (its stderr tells the reason)",
                process.pid(), pattern));
        }
        if (Clock::now() >= deadline) {
            throw OperationError(
                fmt::format("process {} took no snapshot within {} s of {} (stopped, "
                            "or the signal is blocked?)",
                            process.pid(), timeout_s, signal_name(before.signal)));
        }
        const timespec pause{0, kPollNs};
        ::nanosleep(&pause, nullptr);
    }
}

class SnapshotCommand : public Command {
public:
    CommandText text() const override { return {"take a snapshot of a recorded process", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("PID", "the process", [this](const std::string& text) {
            pid_ =
                static_cast<int>(parse_number("PID", text, {1, std::numeric_limits<int>::max()}));
        });
        options.value("--timeout", "SECONDS", "seconds to wait, up to 86400 (default 30)",
                      [this](const std::string& text) {
                          timeout_s_ = parse_seconds("--timeout", text, kLongestTimeout);
                      });
    }

    int execute() override {
        const RecordedProcess process(pid_);
        const RecordingMark mark = mark_of(process);
        const std::int64_t asked = now_unix_ns();
        if (::kill(process.pid(), mark.signal) != 0) {
            throw OperationError(fmt::format("process {} cannot be sent {}: {}", process.pid(),
                                             signal_name(mark.signal), std::strerror(errno)));
        }
        const std::string dump = wait_for_dump(process, mark, asked, timeout_s_);
        if (std::printf("%s\n", dump.c_str()) < 0 || std::fflush(stdout) != 0) {
            throw OperationError(fmt::format("'{}' was written, but stdout was not", dump));
        }
        return 0;
    }

private:
    int pid_ = 0;
    double timeout_s_ = 30;
};

}  // namespace

std::unique_ptr<Command> make_snapshot_command() {
    return std::make_unique<SnapshotCommand>();
}

}  // namespace tracemalloc::analyze
