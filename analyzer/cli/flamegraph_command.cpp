// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/message.h"
#include "analyzer/cli/output_file.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/cli/reading.h"
#include "analyzer/errors.h"
#include "analyzer/query/call_tree.h"
#include "analyzer/render/human_number.h"
#include "analyzer/render/page/flame_page.h"
#include "analyzer/render/shell_word.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool flamegraph DUMP                      writes DUMP.html, to be opened in a browser
  tmtool flamegraph DUMP -o heap.html --force
  tmtool flamegraph --diff OLD NEW            what grew is red, what shrank is blue
  tmtool flamegraph DUMP --include '*/src/*' --all-frames

The live blocks as a picture: one HTML file with everything in it, which loads nothing from
anywhere. Zoom, search, bytes or blocks, callers or allocating frames first, flame or icicle,
light and dark; press ? there for its keys. A very large tree has its smallest branches folded,
and the page says how much that was.)";

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
        options.value("-o", "FILE", "where to (default: the name of the last dump, with .html)",
                      [this](const std::string& path) { path_ = path; });
        options.flag("--force", "replace a FILE that exists", [this] { may_replace_ = true; });
        add_filter_options(options, read_);
        add_symbol_options(options, read_);
        options.check([this] { check(); });
    }

    int execute() override {
        const std::string path = path_.empty() ? default_path() : path_;
        OutputFile file(path, OutputFile::Content::text, may_replace_);
        FrameTable table;
        std::vector<Snapshot> snapshots;
        for (const std::string& dump : dumps_) {
            snapshots.push_back(read_snapshot(dump, table, read_));
        }
        const std::string page = make(snapshots, table);
        file.output().put(page);
        file.finish();
        if (path != "-") {
            say_note(fmt::format("{} ({}); open it in a browser:", path, format_size(page.size())));
            say_more(fmt::format("xdg-open {}", shell_word(path)));
        }
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

    [[nodiscard]] std::string default_path() const {
        const std::filesystem::path dump = std::filesystem::path(dumps_.back()).filename();
        const std::string stem = dump.extension() == ".bin" ? dump.stem().string() : dump.string();
        return stem + (is_diff_ ? ".diff.html" : ".html");
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
        for (std::size_t nodes =
                 std::min(kMostNodes, std::max(callers.nodes.size(), callees.nodes.size()));
             ;) {
            const FoldedTree callers_first = fold_call_tree(callers, nodes);
            const FoldedTree callees_first = fold_call_tree(callees, nodes);
            FlamePage page{{}, callers_first, callees_first};
            for (const Snapshot& snapshot : snapshots) {
                page.snapshots.push_back(&snapshot);
            }
            page.filtered = !read_.pipeline.filters.empty();
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
    std::string path_;
    bool may_replace_ = false;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_flamegraph_command() {
    return std::make_unique<FlamegraphCommand>();
}

}  // namespace tracemalloc::analyze
