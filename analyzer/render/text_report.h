// SPDX-License-Identifier: MIT
//
// Reports for a person at a terminal: totals first, then the rows that hold most, then the sum of
// what was left out. Each kind of report has a file of its own, text_<kind>.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analyzer/render/palette.h"
#include "analyzer/render/report.h"
#include "analyzer/render/text_summary.h"

namespace tracemalloc::analyze {

class TextReport final : public Report {
public:
    TextReport(Output& output, const FrameTable& table, const ReportOptions& options);

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
    void statistics_table(const Snapshot& snapshot, const Statistics& statistics,
                          std::size_t shown);
    void statistics_stacks(const Snapshot& snapshot, const Statistics& statistics,
                           std::size_t shown);
    void comparison_head(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                         const Comparison& comparison);
    void comparison_table(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                          const std::vector<const StatisticDiff*>& rows);
    void comparison_stacks(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                           const std::vector<const StatisticDiff*>& rows);
    /// Without a traceback (a row that is gone) only the key is known.
    void stack(const std::vector<FrameId>& key, const Traceback* traceback, std::uint32_t nframe);
    void stack(const Traceback& traceback, std::uint32_t nframe);
    void add_frames(std::span<const FrameId> frames, std::vector<std::string>& lines) const;
    void put_stack(std::vector<std::string> lines);
    /// Its place and, where that is asked for and known, its source.
    [[nodiscard]] std::string frame_lines(FrameId frame, Tone tone) const;
    [[nodiscard]] std::string end_of_stack(const Traceback& traceback, std::uint32_t nframe) const;
    void cumulative_note();
    void overview_memory(const MemoryDivision& memory);
    void overview_symbols(const Snapshot& snapshot);
    void overview_lines(const Snapshot& snapshot, const Statistics& lines);
    void overview_sizes(const std::vector<SizeClass>& sizes);
    void annotation_lines(const Annotation& annotation, Metric metric);
    void tree_note(bool has_rest, bool has_chain, const TreeOptions& options);
    /// "… 12 more lines: " and what they hold.
    void rest_line(std::size_t rows, const std::string& sum);
    [[nodiscard]] SummaryStyle style() const { return {palette_, options_}; }
    [[nodiscard]] std::string rows_text(std::size_t rows) const;

    Output& output_;
    const FrameTable& table_;
    ReportOptions options_;
    Palette palette_;
};

}  // namespace tracemalloc::analyze
