// SPDX-License-Identifier: MIT
#include <signal.h>
#include <time.h>

#include <chrono>
#include <limits>
#include <optional>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/live_loop.h"
#include "analyzer/cli/live_terminal.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/recorded_process.h"
#include "analyzer/cli/recording_options.h"
#include "analyzer/cli/snapshot_request.h"
#include "analyzer/cli/watched_program.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool top 1234
  tmtool top --interval 1 --group-by function -- ./server --port 80
  tmtool top 1234 --interval 60 >> heap.log      one line a minute
  tmtool top 1234 --count 1

Watches a recorded process: a snapshot at each refresh, which is deleted when it was read. The
program stands still while its table of blocks is copied, as for every snapshot.
Keys: q quit, space pause, m count growth from now, r from the start again, s sort by size, growth
or blocks, g group by line, function, file or module, + and - change the interval.
With -- PROGRAM the program is started, reads nothing, and ends with the view; what it printed comes
on stderr at the end. When stdout is no terminal, each refresh is one line.)";

constexpr double kLongestInterval = 86400;
constexpr double kStartTimeout = 30;

/// The library needs a moment before it can be asked.
void wait_until_armed(const RecordedProcess& process, WatchedProgram& program) {
    constexpr long kPollNs = 5'000'000;
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::duration<double>(kStartTimeout);
    while (!program.exit_code() && !process.mark() && std::chrono::steady_clock::now() < deadline &&
           LiveTerminal::end_signal() == 0) {
        const timespec pause{0, kPollNs};
        ::nanosleep(&pause, nullptr);
    }
}

constexpr const char* kExits =
    "Exit codes: 0 done, 2 usage, 3 a dump is damaged or cannot be read, 4 the operation failed,\n"
    "128+n ended by signal n; with PROGRAM its own, once it has ended.";

class TopCommand : public Command {
public:
    CommandText text() const override { return {"watch a recorded process", kHelp, kExits}; }

    void declare(OptionTable& options) override {
        options
            .operand("PID", "the process",
                     [this](const std::string& text) {
                         pid_ = static_cast<int>(
                             parse_number("PID", text, {1, std::numeric_limits<int>::max()}));
                     })
            .is_required = false;
        options.value("--interval", "SECONDS", "time between two looks (default 2)",
                      [this](const std::string& text) {
                          top_.interval_s = parse_seconds("--interval", text, kLongestInterval);
                      });
        options.value("--count", "N", "looks, then end (default 0: until the process ends)",
                      [this](const std::string& text) {
                          top_.count = parse_number("--count", text,
                                                    {0, std::numeric_limits<std::uint32_t>::max()});
                      });
        options.value("--nframe", "N", "with PROGRAM: frames kept of each traceback (default 32)",
                      [this](const std::string& text) {
                          recording_.variables["NFRAME"] =
                              std::to_string(parse_number("--nframe", text, {1, 512}));
                      });
        options
            .value("--group-by", "KEY", "lineno, function, filename or module (default lineno)",
                   [this](const std::string& text) {
                       top_.read.report.group_by = parse_group_by(text);
                   })
            .choices = {"lineno", "function", "filename", "module"};
        add_filter_options(options, top_.read);
        add_colour_option(options, top_.read);
        add_symbol_options(options, top_.read);
        options.program(program_);
        options.check([this] {
            if (program_.empty() == (pid_ == 0)) {
                throw UsageError("top: one of PID and -- PROGRAM [ARGS...]");
            }
            if (top_.read.report.group_by == GroupBy::traceback) {
                throw UsageError(
                    "--group-by: not 'traceback' with top (lineno, function, filename, module)");
            }
        });
    }

    int execute() override {
        ::signal(SIGPIPE, SIG_IGN);  // an error to us, so that we can clean up
        catch_end_signals();
        if (pid_ != 0) {
            const RecordedProcess process(pid_);
            require_armed(process);
            return watch(process, false);
        }
        WatchedProgram program(program_, recording_);
        const RecordedProcess process(program.pid());
        wait_until_armed(process, program);
        const int code = watch(process, true);
        const std::optional<int> ended = program.exit_code();
        program.end();
        program.print_output();
        return code != 0 ? code : ended.value_or(0);
    }

private:
    int watch(const RecordedProcess& process, bool owns_files) const {
        LiveLoop loop(process, top_, owns_files);
        if (LiveTerminal::is_possible()) {
            loop.on_terminal();
        } else {
            loop.in_lines();
        }
        loop.say_end();
        const int number = LiveTerminal::end_signal();
        return number == 0 || number == SIGINT ? 0 : 128 + number;
    }

    int pid_ = 0;
    std::vector<std::string> program_;
    RecordingOptions recording_;
    TopOptions top_;
};

}  // namespace

std::unique_ptr<Command> make_top_command() {
    return std::make_unique<TopCommand>();
}

}  // namespace tracemalloc::analyze
