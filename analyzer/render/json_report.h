// SPDX-License-Identifier: MIT
//
// Reports as JSON, one row a line. The outer brackets are written by hand so that no report is ever
// held in memory as a whole; every value in between comes from the JSON library.
//
// When --limit leaves rows out, "omitted" tells how many and what they hold.
#pragma once

#include "analyzer/render/json_frames.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

class JsonReport final : public Report {
public:
    JsonReport(Output& output, const FrameTable& table, const ReportOptions& options)
        : output_(output), table_(table), options_(options), frames_(table, options.group_by) {}

    void statistics(const Snapshot& snapshot, const Statistics& statistics) override;
    void comparison(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                    const Comparison& comparison) override;
    void traces(const Snapshot& snapshot) override;
    void info(const Snapshot& snapshot) override;
    void overview(const Snapshot& snapshot, const Overview& overview) override;
    void tree(const Snapshot& snapshot, const CallTree& tree, const TreeOptions& options) override;
    void annotation(const Snapshot& snapshot, const Annotation& annotation) override;
    void block(const FoundBlock& found) override;

private:
    void grouping();
    void grouped_rows(const Snapshot& snapshot, const Statistics& statistics);

    Output& output_;
    const FrameTable& table_;
    ReportOptions options_;
    JsonFrames frames_;
};

}  // namespace tracemalloc::analyze
