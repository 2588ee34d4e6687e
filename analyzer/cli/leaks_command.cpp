// SPDX-License-Identifier: MIT
#include "analyzer/cli/command_list.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/query/leaks.h"
#include "analyzer/render/leak_report.h"
#include "analyzer/render/shell_word.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool leaks DUMP
  tmtool leaks DUMP --group-by traceback --limit 3
  tmtool run --leaks -- ./program                      makes a dump that can be asked
  tmtool check DUMP --max-leak 0                       fails a build that leaks

Blocks that nothing in the process led to any more when it ended, grouped by where they were
allocated: those that nothing points to, and indirect ones, which only such blocks lead to. The
dump must be an exit dump of a process that ran with --leaks (TRACEMALLOC_LEAKS=1).)";

class LeaksCommand : public Command {
public:
    CommandText text() const override { return {"blocks that nothing leads to any more", kHelp}; }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        add_grouping_options(options, read_);
        add_row_options(options, read_);
        add_output_options(options, read_);
        add_symbol_options(options, read_);
    }

    int execute() override {
        FrameTable table;
        const Snapshot snapshot = read_snapshot(dump_, table, read_);
        if (!snapshot.info.leaks_known) {
            throw OperationError(dump_ +
                                 ": nobody looked for leaks (only exit dumps of processes that ran "
                                 "with tmtool run --leaks, or TRACEMALLOC_LEAKS=1, tell them)");
        }
        const ReportOptions options = report_options(read_);
        const Leaks leaks = find_leaks(snapshot, table,
                                       {options.group_by, options.cumulative, read_.pipeline.view});
        Output output(stdout);
        put_leaks(output, snapshot, leaks, table, options, next(leaks, options));
        finish(output);
        note_csv_limit(options, leaks.rows.size());
        return 0;
    }

private:
    [[nodiscard]] std::vector<std::string> next(const Leaks& leaks,
                                                const ReportOptions& options) const {
        if (leaks.rows.empty()) {
            return {};
        }
        const std::string dump = shell_word(dump_);
        std::vector<std::string> commands;
        if (options.group_by != GroupBy::traceback) {
            commands.push_back("tmtool leaks " + dump + " --group-by traceback --limit 3");
        }
        commands.push_back("tmtool check " + dump + " --max-leak 0");
        return commands;
    }

    std::string dump_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_leaks_command() {
    return std::make_unique<LeaksCommand>();
}

}  // namespace tracemalloc::analyze
