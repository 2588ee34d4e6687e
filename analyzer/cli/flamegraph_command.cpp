// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/page_file.h"
#include "analyzer/cli/page_sources.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/query/call_tree.h"
#include "analyzer/render/page/flame_page.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool flamegraph DUMP                      writes DUMP.html in this folder
  tmtool flamegraph DUMP -o heap.html --force
  tmtool flamegraph --diff OLD NEW            what grew is red, what shrank is blue
  tmtool flamegraph DUMP --include '*/src/*' --all-frames

The live blocks as a picture: one HTML file with everything in it, which loads nothing from
anywhere. Zoom, search, bytes or blocks, callers or allocating frames first, flame or icicle,
light and dark, source lines with what they hold; press ? there for its keys. A very large tree
has its smallest branches folded, and the page says how much that was.)";

constexpr std::size_t kMostBytes = 5'000'000;
/// Nodes of each tree to begin with; a browser draws the first picture of as many in a second.
constexpr std::size_t kMostNodes = 150'000;
constexpr std::size_t kFewestNodes = 100;

class FlamegraphCommand : public Command {
public:
    CommandText text() const override { return {"the heap as a picture (HTML)", kHelp}; }

    void declare(OptionTable& options) override {
        options
            .operand("DUMP", "the dump; with --diff OLD and NEW",
                     [this](const std::string& path) { dumps_.push_back(path); })
            .is_repeatable = true;
        options.flag("--diff", "what changed between two dumps, OLD and NEW",
                     [this] { is_diff_ = true; });
        file_.declare(options, "(default: the name of the last dump, with .html)");
        options.flag("--no-source", "leave source lines out of the page",
                     [this] { with_source_ = false; });
        add_metric_option(options, read_);
        add_filter_options(options, read_);
        add_symbol_options(options, read_);
        options.check([this] { check(); });
    }

    int execute() override {
        OutputFile file = file_.open(dumps_.back(), is_diff_ ? ".diff.html" : ".html");
        FrameTable table;
        std::vector<Snapshot> snapshots;
        for (const std::string& dump : dumps_) {
            snapshots.push_back(read_snapshot(dump, table, read_));
        }
        file_.finish(file, make(snapshots, table));
        return 0;
    }

private:
    void check() const {
        if (is_diff_ && dumps_.size() != 2) {
            throw UsageError(
                fmt::format("--diff: two dumps are needed, OLD and NEW, {} given", dumps_.size()));
        }
        if (!is_diff_ && dumps_.size() > 1) {
            throw UsageError(
                fmt::format("unexpected argument '{}' (two dumps: --diff OLD NEW)", dumps_[1]));
        }
    }

    [[nodiscard]] CallTree tree(const std::vector<Snapshot>& snapshots, FrameTable& table,
                                CallOrder order) const {
        const CallTreeOptions options{order, read_.pipeline.view};
        return is_diff_ ? build_call_tree(snapshots[0], snapshots[1], table, options)
                        : build_call_tree(snapshots[0], table, options);
    }

    /// Folds more until the page is small enough.
    [[nodiscard]] std::string make(const std::vector<Snapshot>& snapshots,
                                   FrameTable& table) const {
        const CallTree callers = tree(snapshots, table, CallOrder::callers_first);
        const CallTree callees = tree(snapshots, table, CallOrder::callees_first);
        const std::vector<PageSource> sources =
            with_source_ ? choose_sources(snapshots, table, read_.pipeline)
                         : std::vector<PageSource>();
        for (std::size_t nodes =
                 std::min(kMostNodes, std::max(callers.nodes.size(), callees.nodes.size()));
             ;) {
            const FoldedTree callers_first = fold_call_tree(callers, nodes);
            const FoldedTree callees_first = fold_call_tree(callees, nodes);
            FlamePage page{{}, callers_first, callees_first, sources};
            for (const Snapshot& snapshot : snapshots) {
                page.snapshots.push_back(&snapshot);
            }
            page.filtered = read_.pipeline.is_filtered();
            page.hide_set_aside = read_.pipeline.view == FrameView::attributed;
            std::string html = flame_page(page, table);
            if (html.size() <= kMostBytes || nodes <= kFewestNodes) {
                return html;
            }
            const double excess = static_cast<double>(html.size()) / kMostBytes;
            nodes = static_cast<std::size_t>(static_cast<double>(nodes) * 0.95 / excess);
        }
    }

    std::vector<std::string> dumps_;
    bool is_diff_ = false;
    PageFile file_;
    bool with_source_ = true;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_flamegraph_command() {
    return std::make_unique<FlamegraphCommand>();
}

}  // namespace tracemalloc::analyze
