// SPDX-License-Identifier: MIT
//
// How text shows stacks: --frame-limit, --oldest-first, --source.
#pragma once

#include <optional>

#include "analyzer/cli/option_table.h"
#include "analyzer/cli/read_options.h"
#include "analyzer/source_lines.h"

namespace tracemalloc::analyze {

/// Of a command with --group-by, they are refused unless its rows are tracebacks.
void add_stack_options(OptionTable& table, ReadOptions& options, bool has_grouping);

/// The source lines that --source asks for.
class StackSources {
public:
    /// `report` is given what it shows, and is done with it before this ends.
    StackSources(const ReadOptions& options, const SnapshotInfo& info, ReportOptions& report);
    StackSources(const StackSources&) = delete;
    StackSources& operator=(const StackSources&) = delete;

    /// Says on stderr what was not shown because it is not the text that was recorded.
    void note_changed() const;

private:
    std::optional<SourceLines> lines_;
};

}  // namespace tracemalloc::analyze
