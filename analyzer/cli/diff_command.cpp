// SPDX-License-Identifier: MIT
#include "analyzer/cli/commands.h"
#include "analyzer/cli/reading.h"
#include "analyzer/query/compare.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

int execute(const DiffCommand& command) {
    FrameTable table;
    const Snapshot old_snapshot = read_snapshot(command.old_dump, table, command.read);
    const Snapshot new_snapshot = read_snapshot(command.new_dump, table, command.read);
    const ReportOptions options = report_options(command.read);
    const Grouping grouping{options.group_by, options.cumulative, command.read.pipeline.view};
    const Comparison comparison = compare(group_by(old_snapshot, table, grouping),
                                          group_by(new_snapshot, table, grouping), table);
    Output output(stdout);
    make_report(output, table, options)->comparison(old_snapshot, new_snapshot, comparison);
    finish(output);
    note_csv_limit(options, comparison.rows.size());
    return 0;
}

}  // namespace tracemalloc::analyze
