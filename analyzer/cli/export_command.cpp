// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <deque>
#include <optional>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/dump_series.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/output_file.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/export/exporter.h"
#include "analyzer/query/compare.h"
#include "analyzer/query/group_by.h"
#include "analyzer/query/survivors.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool export DUMP --format pprof -o heap.pb.gz       for pprof, Pyroscope, Parca, Grafana
  tmtool export DUMP --format speedscope -o heap.json   for speedscope
  tmtool export DUMP --format folded | flamegraph.pl    one line for each stack
  tmtool export NEW --base OLD --format pprof -o grown.pb.gz
  tmtool export D1 D2 D3 --format massif -o massif.out  for ms_print and massif-visualizer
  tmtool export DUMP --format csv | sqlite3 ...         all traces; json is the same

The live blocks of a snapshot in the file formats of other tools. With --base what lived in an
earlier snapshot is subtracted: pprof then holds negative numbers too, folded lines hold an old
and a new number, json and csv hold the differences that `tmtool diff` prints.)";

class ExportCommand : public Command {
public:
    CommandText text() const override { return {"the heap in other tools' formats", kHelp}; }

    void declare(OptionTable& options) override {
        options
            .operand("DUMP", "the dump; massif takes several, in any order",
                     [this](const std::string& text) { dumps_.push_back(text); })
            .is_repeatable = true;
        options
            .value("--format", "FORMAT",
                   "pprof, speedscope, folded, heaptrack (folded stacks as heaptrack\n"
                   "prints them), massif, json or csv (required)",
                   [this](const std::string& text) { format_ = parse_export_format(text); })
            .choices = names_of(kExportFormats);
        options.value("-o", "FILE", "where to; - (default): stdout",
                      [this](const std::string& text) { path_ = text; });
        options.flag("--force", "replace a FILE that exists", [this] { may_replace_ = true; });
        options.value("--base", "DUMP", "subtract this dump (pprof, folded, json, csv)",
                      [this](const std::string& text) { base_ = text; });
        options
            .value("--measure", "MEASURE", "of folded and heaptrack: bytes (default) or blocks",
                   [this](const std::string& text) { measure_ = parse_measure(text); })
            .choices = names_of(kMeasures);
        add_metric_option(options, read_);
        add_filter_options(options, read_);
        add_symbol_options(options, read_);
        options.check([this] { check(); });
    }

    int execute() override {
        const auto content =
            ability_of(*format_).binary ? OutputFile::Content::binary : OutputFile::Content::text;
        OutputFile file(path_, content, may_replace_);
        FrameTable table;
        std::deque<Snapshot> snapshots = read_series(dumps_, table, read_);
        ExportedHeap heap{table, {}};
        for (const Snapshot& snapshot : snapshots) {
            heap.series.push_back(&snapshot);
        }
        std::optional<Comparison> comparison;
        if (base_) {
            heap.base = &snapshots.emplace_back(read_snapshot(*base_, table, read_));
            const Grouping grouping{GroupBy::traceback, Cumulative::no, read_.pipeline.view};
            comparison = compare(group_by(*heap.base, table, grouping),
                                 group_by(heap.snapshot(), table, grouping), table,
                                 find_kept(*heap.base, heap.snapshot(), table, grouping));
            heap.comparison = &*comparison;
        }
        ExportOptions options;
        options.measure = measure_.value_or(ranks_by_count(read_.pipeline.metric) ? Measure::blocks
                                                                                  : Measure::bytes);
        options.attributed = read_.pipeline.view == FrameView::attributed;
        options.tool = "tmtool " TM_VERSION;
        export_heap(file.output(), *format_, heap, options);
        file.finish();
        return 0;
    }

private:
    void check() const {
        if (!format_) {
            throw UsageError(
                "--format: none given (one of pprof, speedscope, folded, heaptrack, massif, json, "
                "csv)");
        }
        const ExportAbility ability = ability_of(*format_);
        if (base_ && !ability.base) {
            throw UsageError("--base: not with this format (pprof, folded, json, csv)");
        }
        if (dumps_.size() > 1 && !ability.series) {
            throw UsageError("several dumps: only with --format massif");
        }
        if (measure_ && !ability.measure) {
            throw UsageError("--measure: not with this format (folded, heaptrack)");
        }
    }

    std::vector<std::string> dumps_;
    std::optional<ExportFormat> format_;
    std::string path_ = "-";
    bool may_replace_ = false;
    std::optional<std::string> base_;
    std::optional<Measure> measure_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_export_command() {
    return std::make_unique<ExportCommand>();
}

}  // namespace tracemalloc::analyze
