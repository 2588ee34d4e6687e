// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/stack_options.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool traces DUMP
  tmtool traces DUMP --limit 0 --format json
  tmtool traces DUMP --frames raw --exclude '*/libc*'

The blocks themselves: one row for all blocks of one size with one traceback. In JSON and CSV
`size` is the bytes of one block and `count` how many such blocks are live; what holds most, size
times count, comes first. `total_nframe` is null where the traceback was cut.)";

class TracesCommand : public Command {
public:
    CommandText text() const override { return {"the live blocks themselves", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        add_row_options(options, read_);
        add_stack_options(options, read_, false);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        ReportOptions options = report_options(read_);
        const StackSources sources(read_, snapshot.info, options);
        Output output(stdout);
        make_report(output, table, options)->traces(snapshot);
        finish(output);
        sources.note_changed();
        note_csv_limit(options, snapshot.traces.size());
        return 0;
    }

private:
    std::string dump_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_traces_command() {
    return std::make_unique<TracesCommand>();
}

}  // namespace tracemalloc::analyze
