// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/stack_options.h"
#include "analyzer/query/group_by.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool stats DUMP                                   the 10 lines that hold most
  tmtool stats DUMP --group-by traceback --limit 3    whole call stacks
  tmtool stats DUMP --group-by function --cumulative  with everything that was called
  tmtool stats DUMP --include '*/src/*' --format json --limit 0

Live blocks of a snapshot, summed by where they were allocated. Sizes are bytes as requested from
the allocator; text shows B, KiB (1024 B), MiB, GiB, TiB, while JSON and CSV hold exact bytes.)";

class StatsCommand : public Command {
public:
    CommandText text() const override { return {"where the live blocks were allocated", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        add_metric_option(options, read_);
        add_grouping_options(options, read_);
        add_row_options(options, read_);
        add_stack_options(options, read_, true);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        ReportOptions options = report_options(read_);
        const StackSources sources(read_, snapshot.info, options);
        const Statistics statistics =
            group_by(snapshot, table, {options.group_by, options.cumulative, read_.pipeline.view});
        Output output(stdout);
        make_report(output, table, options)->statistics(snapshot, statistics);
        finish(output);
        sources.note_changed();
        note_csv_limit(options, statistics.rows.size());
        return 0;
    }

private:
    std::string dump_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_stats_command() {
    return std::make_unique<StatsCommand>();
}

}  // namespace tracemalloc::analyze
