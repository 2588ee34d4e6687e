// SPDX-License-Identifier: MIT
//
// What a renderer can be asked for. One class for each format; the commands know only this one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "analyzer/model/annotation.h"
#include "analyzer/model/call_tree.h"
#include "analyzer/model/found_block.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/overview.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"
#include "analyzer/render/output.h"
#include "analyzer/render/shown_frames.h"
#include "analyzer/render/tree_layout.h"

namespace tracemalloc::analyze {

enum class ReportFormat { text, json, csv };

struct ReportOptions {
    ReportFormat format = ReportFormat::text;
    GroupBy group_by = GroupBy::lineno;
    Cumulative cumulative = Cumulative::no;
    std::size_t limit = 10;   ///< rows; 0: all
    bool attributed = true;   ///< leading frames that only pass an allocation on are set aside
    bool filtered = false;    ///< the traces are those that filters let through
    bool colour = false;      ///< text only
    std::size_t width = 100;  ///< columns, text only
    StackOptions stacks{};    ///< text only
};

class Report {
public:
    Report() = default;
    Report(const Report&) = delete;
    Report& operator=(const Report&) = delete;
    virtual ~Report() = default;

    virtual void statistics(const Snapshot& snapshot, const Statistics& statistics) = 0;
    virtual void comparison(const Snapshot& old_snapshot, const Snapshot& new_snapshot,
                            const Comparison& comparison) = 0;
    virtual void traces(const Snapshot& snapshot) = 0;
    virtual void info(const Snapshot& snapshot) = 0;
    virtual void overview(const Snapshot& snapshot, const Overview& overview) = 0;
    virtual void tree(const Snapshot& snapshot, const CallTree& tree,
                      const TreeOptions& options) = 0;
    virtual void annotation(const Snapshot& snapshot, const Annotation& annotation) = 0;
    virtual void block(const FoundBlock& found) = 0;
};

/// `output` and `table` outlive the report.
std::unique_ptr<Report> make_report(Output& output, const FrameTable& table,
                                    const ReportOptions& options);

/// The name of a grouping on the command line and in JSON.
const char* name_of(GroupBy grouping) noexcept;
/// What one row of a grouping is called in text; an s makes it many.
const char* row_noun(GroupBy grouping) noexcept;

/// How many of `rows` the limit lets through.
constexpr std::size_t shown_rows(std::size_t rows, std::size_t limit) noexcept {
    return limit == 0 || rows < limit ? rows : limit;
}

}  // namespace tracemalloc::analyze
