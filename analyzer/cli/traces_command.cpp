// SPDX-License-Identifier: MIT
#include "analyzer/cli/commands.h"
#include "analyzer/cli/reading.h"

namespace tracemalloc::analyze {

int execute(const TracesCommand& command) {
    FrameTable table;
    const Snapshot snapshot = read_snapshot(command.dump, table, command.read);
    const ReportOptions options = report_options(command.read);
    Output output(stdout);
    make_report(output, table, options)->traces(snapshot);
    finish(output);
    note_csv_limit(options, snapshot.traces.size());
    return 0;
}

}  // namespace tracemalloc::analyze
