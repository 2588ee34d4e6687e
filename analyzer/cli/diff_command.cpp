// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/query/compare.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool diff OLD NEW
  tmtool diff OLD NEW --group-by traceback
  tmtool diff OLD NEW --format csv --limit 0 > growth.csv

What changed between two snapshots, of one process or of two runs, also of a rebuilt program.
The largest differences come first, growth and shrinkage alike. Rows are marked new, gone, grown
or shrunk; JSON and CSV also hold the rows that did not change.)";

class DiffCommand : public Command {
public:
    CommandText text() const override { return {"what changed between two snapshots", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("OLD", "the earlier dump", old_dump_);
        options.operand("NEW", "the later dump", new_dump_);
        add_grouping_options(options, read_);
        add_row_options(options, read_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot old_snapshot = read_snapshot(old_dump_, table, read_);
        const Snapshot new_snapshot = read_snapshot(new_dump_, table, read_);
        const ReportOptions options = report_options(read_);
        const Grouping grouping{options.group_by, options.cumulative, read_.pipeline.view};
        const Comparison comparison = compare(group_by(old_snapshot, table, grouping),
                                              group_by(new_snapshot, table, grouping), table);
        Output output(stdout);
        make_report(output, table, options)->comparison(old_snapshot, new_snapshot, comparison);
        finish(output);
        note_csv_limit(options, comparison.rows.size());
        return 0;
    }

private:
    std::string old_dump_;
    std::string new_dump_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_diff_command() {
    return std::make_unique<DiffCommand>();
}

}  // namespace tracemalloc::analyze
