// SPDX-License-Identifier: MIT
#include "analyzer/cli/child_process.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/dump_search.h"
#include "analyzer/cli/preload_library.h"
#include "analyzer/cli/program_check.h"
#include "analyzer/cli/program_path.h"
#include "analyzer/cli/recording_environment.h"
#include "analyzer/cli/recording_summary.h"
#include "analyzer/errors.h"

namespace tracemalloc::analyze {

int execute(const RunCommand& command) {
    const std::string program = find_program(command.program.front());
    if (const auto reason = why_not_recordable(program)) {
        throw OperationError(*reason);
    }
    const std::string library = preloadable_path(find_preload_library());
    const RecordingEnvironment environment = set_recording_environment(command, library);
    const std::int64_t started = now_unix_ns();
    const ChildEnd end = run_child(program, command.program);
    say_recording(environment, end, started);
    return end.exit_code;
}

}  // namespace tracemalloc::analyze
