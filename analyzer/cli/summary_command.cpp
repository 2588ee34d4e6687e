// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/next_commands.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/query/overview.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool summary DUMP
  tmtool summary DUMP --limit 3
  tmtool summary DUMP --format json

One screen: what is live, how resident memory divides, the lines that hold most, the sizes of the
blocks, what is missing, and what to type next. CSV holds the lines only, as `tmtool stats` does.)";

class SummaryCommand : public Command {
public:
    CommandText text() const override { return {"one screen of everything", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        add_row_options(options, read_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        const ReportOptions options = report_options(read_);
        Overview overview = make_overview(snapshot, table, read_.pipeline.view);
        overview.next = next_commands(dump_, overview, table);
        Output output(stdout);
        make_report(output, table, options)->overview(snapshot, overview);
        finish(output);
        note_csv_limit(options, overview.lines.rows.size());
        return 0;
    }

private:
    std::string dump_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_summary_command() {
    return std::make_unique<SummaryCommand>();
}

}  // namespace tracemalloc::analyze
