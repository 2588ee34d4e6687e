// SPDX-License-Identifier: MIT
#include <optional>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/gate_options.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/stack_options.h"
#include "analyzer/errors.h"
#include "analyzer/query/compare.h"
#include "analyzer/query/gate.h"
#include "analyzer/query/group_by.h"
#include "analyzer/query/survivors.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool diff OLD NEW
  tmtool diff OLD NEW --group-by traceback
  tmtool diff OLD NEW --format csv --limit 0 > growth.csv
  tmtool diff OLD NEW --fail-if-grows 5%              exit code 1 when the total grew by more
  tmtool diff OLD NEW --fail-if-grows 64KiB --per-row --annotations github

What changed between two snapshots, of one process or of two runs, also of a rebuilt program.
The largest differences come first, growth and shrinkage alike. Rows are marked new, gone, grown
or shrunk; JSON and CSV also hold the rows that did not change.)";

class DiffCommand : public Command {
public:
    CommandText text() const override {
        return {"what changed between two snapshots", kHelp, kGateExits};
    }

    void declare(OptionTable& options) override {
        options.operand("OLD", "the earlier dump", old_dump_);
        options.operand("NEW", "the later dump", new_dump_);
        add_gate_options(options);
        add_metric_option(options, read_);
        add_grouping_options(options, read_);
        add_row_options(options, read_);
        add_stack_options(options, read_, true);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot old_snapshot = read_snapshot(old_dump_, table, read_);
        const Snapshot new_snapshot = read_snapshot(new_dump_, table, read_);
        ReportOptions options = report_options(read_);
        const StackSources sources(read_, new_snapshot.info, options);
        const Grouping grouping{options.group_by, options.cumulative, read_.pipeline.view};
        const Comparison comparison = compare(
            group_by(old_snapshot, table, grouping), group_by(new_snapshot, table, grouping), table,
            find_kept(old_snapshot, new_snapshot, table, grouping));
        Output output(stdout);
        make_report(output, table, options)->comparison(old_snapshot, new_snapshot, comparison);
        finish(output);
        sources.note_changed();
        note_csv_limit(options, comparison.rows.size());
        if (!limit_) {
            return 0;
        }
        if (options.format == ReportFormat::text) {
            output.line("");
        }
        return conclude(
            {per_row_ ? check_row_growth(comparison, *limit_) : check_growth(comparison, *limit_)},
            gate_, table, options, "tmtool diff");
    }

private:
    void add_gate_options(OptionTable& options) {
        options.value("--fail-if-grows", "SIZE|PERCENT%",
                      "exit with 1 when the total grew by more: bytes, KiB, MiB, GiB,\n"
                      "or a percentage of OLD",
                      [this](const std::string& text) {
                          limit_ = parse_growth_limit("--fail-if-grows", text);
                      });
        options.flag("--per-row", "with it: exit with 1 when any row grew by more",
                     [this] { per_row_ = true; });
        analyze::add_gate_options(options, gate_);
        options.check([this] {
            if (!limit_ && (per_row_ || gate_.annotate || gate_.junit)) {
                throw UsageError("--per-row, --annotations, --junit: only with --fail-if-grows");
            }
        });
    }

    std::string old_dump_;
    std::string new_dump_;
    std::optional<GateLimit> limit_;
    bool per_row_ = false;
    GateOutput gate_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_diff_command() {
    return std::make_unique<DiffCommand>();
}

}  // namespace tracemalloc::analyze
