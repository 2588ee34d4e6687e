// SPDX-License-Identifier: MIT
//
// Reports as CSV (RFC 4180 quoting, one header row, exact numbers). Nothing but rows: what a limit
// leaves out is for the caller to say elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

/// Quoted only where it must be.
std::string csv_field(std::string_view text);

class CsvReport final : public Report {
public:
    CsvReport(Output& output, const FrameTable& table, const ReportOptions& options)
        : output_(output), table_(table), options_(options) {}

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
    [[nodiscard]] std::string key_titles() const;
    [[nodiscard]] std::string frame_fields(const Frame& frame) const;
    [[nodiscard]] std::string key_fields(const std::vector<FrameId>& key) const;

    Output& output_;
    const FrameTable& table_;
    ReportOptions options_;
};

}  // namespace tracemalloc::analyze
