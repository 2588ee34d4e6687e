// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "analyzer/cli/command_list.h"
#include "analyzer/cli/dump_series.h"
#include "analyzer/cli/page_file.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/errors.h"
#include "analyzer/query/timeline.h"
#include "analyzer/render/page/timeline_page.h"

namespace tracemalloc::analyze {

namespace {

constexpr const char* kHelp = R"(Examples:
  tmtool timeline server.1.bin server.2.bin server.3.bin
  tmtool timeline server.*.bin -o heap.html --force

What a process held over time, as a picture: one HTML file with everything in it, which loads
nothing from anywhere. Live bytes or blocks of two snapshots or more, stacked by line, function,
file or module, with the peak and the resident memory; press ? there for its keys. Snapshots stand
in order of the time at which they were taken.)";

/// More colours than this nobody tells apart.
constexpr std::size_t kSeries = 12;

class TimelineCommand : public Command {
public:
    CommandText text() const override { return {"the heap over time as a picture (HTML)", kHelp}; }

    void declare(OptionTable& options) override {
        options
            .operand("DUMP", "the dumps, two or more",
                     [this](const std::string& path) { dumps_.push_back(path); })
            .is_repeatable = true;
        file_.declare(options, "(default: the name of the first dump, with .timeline.html)");
        add_filter_options(options, read_);
        add_symbol_options(options, read_);
        options.check([this] {
            if (dumps_.size() < 2) {
                throw UsageError("DUMP: two snapshots or more make a timeline, 1 given");
            }
        });
    }

    int execute() override {
        OutputFile file = file_.open(dumps_.front(), ".timeline.html");
        FrameTable table;
        const std::deque<Snapshot> snapshots = read_series(dumps_, table, read_);
        TimelinePage page;
        page.filtered = read_.pipeline.is_filtered();
        for (const Snapshot& snapshot : snapshots) {
            page.snapshots.push_back(&snapshot);
        }
        for (const GroupBy by :
             {GroupBy::lineno, GroupBy::function, GroupBy::filename, GroupBy::module}) {
            std::vector<Statistics> moments;
            for (const Snapshot& snapshot : snapshots) {
                moments.push_back(
                    group_by(snapshot, table, {by, Cumulative::no, read_.pipeline.view}));
            }
            page.groupings.push_back({by, make_timeline(moments, table, kSeries)});
        }
        file_.finish(file, timeline_page(page, table));
        return 0;
    }

private:
    std::vector<std::string> dumps_;
    PageFile file_;
    ReadOptions read_;
};

}  // namespace

std::unique_ptr<Command> make_timeline_command() {
    return std::make_unique<TimelineCommand>();
}

}  // namespace tracemalloc::analyze
