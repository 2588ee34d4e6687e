// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/gate_options.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/cli/suppression_file.h"
#include "analyzer/errors.h"
#include "analyzer/query/gate.h"
#include "analyzer/query/group_by.h"
#include "analyzer/query/leaks.h"
#include "analyzer/render/error_figures.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool check DUMP --max-live 64MiB
  tmtool check DUMP --max-leak 0 --suppressions lsan.supp
  tmtool check DUMP --max-blocks 100000 --annotations github --junit heap.xml

A gate for CI: exits with 1 when a figure of a snapshot is above its limit, and names the rows that
hold most. Sizes are bytes, or whole numbers with KiB, MiB or GiB. A leak is a block that nothing
led to at exit, where the dump tells (tmtool run --leaks), else one that was live in the snapshot,
and that no suppression matches; take the snapshot at exit. Suppressions have
LeakSanitizer's format, `leak:PATTERN` a line, and those that matched nothing are named.)";

class CheckCommand : public Command {
public:
    CommandText text() const override {
        return {"fail a build when a snapshot is too large", kHelp, kGateExits};
    }

    void declare(OptionTable& options) override {
        options.operand("DUMP", "the dump", dump_);
        const auto limit = [&](const char* name, const char* what, auto parse, GateKind kind) {
            options.value(name, kind == GateKind::live_blocks ? "N" : "SIZE", what,
                          [this, name, parse, kind](const std::string& text) {
                              std::erase_if(limits_,
                                            [&](const auto& one) { return one.first == kind; });
                              limits_.emplace_back(kind, parse(name, text));
                          });
        };
        limit("--max-live", "the most that may be live", parse_size_limit, GateKind::live_size);
        limit("--max-blocks", "the most blocks that may be live", parse_count_limit,
              GateKind::live_blocks);
        limit("--max-leak", "the most that may be leaked and not suppressed", parse_size_limit,
              GateKind::leak_size);
        options.list("--suppressions", "FILE",
                     "leaks to overlook, in LeakSanitizer's format (repeatable)",
                     [this](const std::string& text) { read_suppressions(text, suppressions_); });
        add_gate_options(options, gate_);
        add_grouping_options(options, read_);
        add_row_options(options, read_);
        add_text_options(options, read_);
        add_symbol_options(options, read_);
        options.check([this] { check(); });
    }

    int execute() override {
        FrameTable table;
        Snapshot snapshot = read_snapshot(dump_, table, read_);
        const ReportOptions report = report_options(read_);
        const Grouping grouping{report.group_by, report.cumulative, read_.pipeline.view};
        const Statistics live = group_by(snapshot, table, grouping);
        if (snapshot.info.leaks_known) {
            keep_unreachable(snapshot);
        }
        suppressions_.apply(snapshot, table);
        const Statistics leaks = group_by(snapshot, table, grouping);
        std::vector<GateCheck> checks;
        for (const auto& [kind, limit] : limits_) {
            checks.push_back(check_amount(kind, kind == GateKind::leak_size ? leaks : live, limit));
        }
        tell_of_suppressions();
        return conclude(checks, gate_, table, report, "tmtool check");
    }

private:
    void check() const {
        if (limits_.empty()) {
            throw UsageError("check: no limit (--max-live, --max-blocks or --max-leak)");
        }
        const bool has_leak_limit =
            std::any_of(limits_.begin(), limits_.end(),
                        [](const auto& one) { return one.first == GateKind::leak_size; });
        if (!suppressions_.all().empty() && !has_leak_limit) {
            throw UsageError("--suppressions: only with --max-leak");
        }
    }

    void tell_of_suppressions() const {
        Total total;
        for (const Suppression& one : suppressions_.all()) {
            total += one.suppressed;
            if (one.suppressed.count == 0) {
                say_warning(fmt::format("{}: leak:{} matched nothing", one.place, one.pattern));
            }
        }
        if (total.count > 0) {
            say_note("suppressed: " + total_text(total));
        }
    }

    std::string dump_;
    std::vector<std::pair<GateKind, GateLimit>> limits_;
    Suppressions suppressions_;
    GateOutput gate_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_check_command() {
    return std::make_unique<CheckCommand>();
}

}  // namespace tracemalloc::analyze
