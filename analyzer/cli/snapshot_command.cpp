// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdio>
#include <limits>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/recorded_process.h"
#include "analyzer/cli/snapshot_request.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"x(Examples:
  tmtool snapshot 1234
  tmtool stats "$(tmtool snapshot 1234)"

Takes a snapshot of a recorded process now and prints the path of the dump when it is complete.
A process that is not recorded, or that uses the snapshot signal itself, is left alone.)x";

constexpr double kLongestTimeout = 86400;

constexpr const char* kExits = "Exit codes: 0 done, 2 usage, 4 no snapshot was taken.";

class SnapshotCommand : public Command {
public:
    CommandText text() const override {
        return {"take a snapshot of a recorded process", kHelp, kExits};
    }

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
        const std::string dump = request_snapshot(process, timeout_s_, [] { return false; }).dump;
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
