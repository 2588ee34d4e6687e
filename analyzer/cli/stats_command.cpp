// SPDX-License-Identifier: MIT
#include "analyzer/cli/commands.h"
#include "analyzer/cli/reading.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

int execute(const StatsCommand& command) {
    FrameTable table;
    const Snapshot snapshot = read_snapshot(command.dump, table, command.read);
    const ReportOptions options = report_options(command.read);
    const Statistics statistics = group_by(
        snapshot, table, {options.group_by, options.cumulative, command.read.pipeline.view});
    Output output(stdout);
    make_report(output, table, options)->statistics(snapshot, statistics);
    finish(output);
    note_csv_limit(options, statistics.rows.size());
    return 0;
}

}  // namespace tracemalloc::analyze
