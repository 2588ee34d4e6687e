// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/dump_series.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/query/group_by.h"
#include "analyzer/query/growth.h"
#include "analyzer/query/survivors.h"
#include "analyzer/render/growth_report.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool growth server.1.bin server.2.bin server.3.bin
  tmtool growth server.*.bin --group-by traceback --limit 3
  tmtool growth run-*.bin --format json --limit 0

Which lines grow and never come back: rows over a series of snapshots, put in order of time, ranked
by evidence of a leak. A straight line is fitted to the sizes of each row. `steady`: it grew in
every step and by so even an amount that, with 95% confidence, the line rises. `growing`: in every
step, but unevenly, or by blocks that replaced each other, as a table that doubles. `kept`: larger
at the end, not in every step, but blocks allocated in each step are still there, as of a slow leak
under noise. `uneven`: only larger at the end, as a cache that filled. The column `kept` sums the
blocks allocated between the first and the last but one snapshot that are still there in the last
(of snapshots of one process). Snapshots should be evenly spaced, in time or in work done; three
suggest a leak, six show one.)";

class GrowthCommand : public Command {
public:
    CommandText text() const override { return {"which rows look like a leak", kHelp}; }

    void declare(OptionTable& options) override {
        options
            .operand("DUMP", "two dumps or more, in any order",
                     [this](const std::string& text) { dumps_.push_back(text); })
            .is_repeatable = true;
        add_grouping_options(options, read_);
        add_row_options(options, read_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
        options.check([this] {
            if (dumps_.size() < 2) {
                throw UsageError("growth: one dump shows no growth (two or more, better three)");
            }
        });
    }

    int execute() override {
        FrameTable table;
        const ReportOptions options = report_options(read_);
        const std::deque<Snapshot> snapshots = read_series(dumps_, table, read_);
        std::vector<const Snapshot*> series;
        std::vector<Statistics> statistics;
        for (const Snapshot& snapshot : snapshots) {
            series.push_back(&snapshot);
            statistics.push_back(
                group_by(*series.back(), table,
                         {options.group_by, options.cumulative, read_.pipeline.view}));
        }
        const Growth growth = find_growth(
            statistics,
            find_survivors(series, table,
                           {options.group_by, options.cumulative, read_.pipeline.view}));
        Output output(stdout);
        put_growth(output, series, growth, table, options);
        finish(output);
        note_csv_limit(options, growth.rows.size());
        return 0;
    }

private:
    std::vector<std::string> dumps_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_growth_command() {
    return std::make_unique<GrowthCommand>();
}

}  // namespace tracemalloc::analyze
