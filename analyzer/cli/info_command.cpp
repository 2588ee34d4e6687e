// SPDX-License-Identifier: MIT
#include "analyzer/cli/commands.h"
#include "analyzer/cli/reading.h"

namespace tracemalloc::analyze {

int execute(const InfoCommand& command) {
    FrameTable table;
    const Snapshot snapshot = read_snapshot(command.dump, table, command.read);
    Output output(stdout);
    make_report(output, table, report_options(command.read))->info(snapshot);
    finish(output);
    return 0;
}

}  // namespace tracemalloc::analyze
