// SPDX-License-Identifier: MIT
#include <limits>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/option_value.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/query/call_tree.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool tree DUMP                       from main() down to the lines that allocate
  tmtool tree DUMP --bottom-up           from the lines that allocate up to their callers
  tmtool tree DUMP --min-share 0.1 --depth 6
  tmtool tree DUMP --include '*/parser/*' --all-frames

Live blocks by the calls that led to them. The figures of a call hold those of the calls below it;
recursive calls are levels of their own, so nothing counts twice. Small branches are summed.)";

class TreeCommand : public Command {
public:
    CommandText text() const override { return {"the calls that led to the live blocks", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        options.flag("--bottom-up", "begin with the lines that allocate, their callers below",
                     [&] { tree_.callers_first = false; });
        options.value("--min-share", "PERCENT",
                      "sum branches that hold less of the bytes, 0 to 100 (default 1)",
                      [&](const std::string& text) {
                          tree_.least_share = parse_percent("--min-share", text) / 100;
                      });
        options.value("--depth", "N", "levels shown (default 0: all)",
                      [&](const std::string& text) {
                          tree_.depth = parse_number("--depth", text, {0, kMost});
                      });
        options.value("--limit", "N", "branches shown of each call (default 10; 0: all)",
                      [&](const std::string& text) {
                          tree_.branches = parse_number("--limit", text, {0, kMost});
                      });
        options.flag("--every-frame", "a line for each call, also where nothing branches off",
                     [&] { tree_.join_chains = false; });
        add_metric_option(options, read_);
        add_filter_options(options, read_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        const CallTree tree = build_call_tree(
            snapshot, table,
            {tree_.callers_first ? CallOrder::callers_first : CallOrder::callees_first,
             read_.pipeline.view});
        Output output(stdout);
        make_report(output, table, report_options(read_))->tree(snapshot, tree, tree_);
        finish(output);
        return 0;
    }

private:
    static constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();

    std::string dump_;
    TreeOptions tree_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_tree_command() {
    return std::make_unique<TreeCommand>();
}

}  // namespace tracemalloc::analyze
