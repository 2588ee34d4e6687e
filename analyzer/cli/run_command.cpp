// SPDX-License-Identifier: MIT
#include "analyzer/cli/child_process.h"
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/dump_search.h"
#include "analyzer/cli/preload_library.h"
#include "analyzer/cli/program_check.h"
#include "analyzer/cli/program_path.h"
#include "analyzer/cli/recording_environment.h"
#include "analyzer/cli/recording_options.h"
#include "analyzer/cli/recording_summary.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool run -- ./program --its options
  tmtool run --nframe 64 --output '/tmp/%e.%p.%n.bin' -- python3 script.py
  tmtool run --signal none -- make

Runs a program with recording on, and its children too. stdin, stdout, signals and the exit status
are the program's own (128+n if signal n ended it); what tmtool says comes on stderr at the end:
where the dumps are, and the summary of the program's last one.
SIGUSR1 to the program, or `tmtool snapshot PID`, takes a snapshot at any time.)";

constexpr const char* kExits =
    "Exit codes: the program's own, once it was started; else 2 usage, 4 the program cannot be\n"
    "recorded.";

class RunCommand : public Command {
public:
    CommandText text() const override { return {"record a program", kHelp, kExits}; }

    void declare(OptionTable& options) override {
        add_recording_options(options, recording_);
        options.flag("--quiet", "no summary at the end, only where the dumps are",
                     [this] { quiet_ = true; });
        options.program(program_);
        options.check([this] {
            if (program_.empty() || program_.front().empty()) {
                throw UsageError("run: no program (tmtool run [OPTIONS] -- PROGRAM [ARGS...])");
            }
        });
    }

    int execute() override {
        const std::string program = find_program(program_.front());
        if (const auto reason = why_not_recordable(program)) {
            throw OperationError(*reason);
        }
        const std::string library = preloadable_path(find_preload_library());
        const RecordingEnvironment environment = set_recording_environment(recording_, library);
        const std::int64_t started = now_unix_ns();
        const ChildEnd end = run_child(program, program_);
        const auto dumps = say_recording(environment, end, started);
        if (dumps) {
            if (!quiet_) {
                say_summary(dumps->newest);
            }
            say_next_commands(*dumps);
        }
        return end.exit_code;
    }

private:
    std::vector<std::string> program_;
    RecordingOptions recording_;
    bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> make_run_command() {
    return std::make_unique<RunCommand>();
}

}  // namespace tracemalloc::analyze
