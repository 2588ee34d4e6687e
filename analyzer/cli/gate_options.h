// SPDX-License-Identifier: MIT
//
// What the commands that can fail a build share: limits, and where the verdict goes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/cli/option_table.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/gate.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

struct GateOutput {
    bool annotate = false;             ///< GitHub's
    std::optional<std::string> junit;  ///< path of the XML
};

/// --annotations and --junit.
void add_gate_options(OptionTable& table, GateOutput& output);

/// `1MiB`, `4096`, …
GateLimit parse_size_limit(const std::string& option, const std::string& text);
/// The same, or `5%`.
GateLimit parse_growth_limit(const std::string& option, const std::string& text);
GateLimit parse_count_limit(const std::string& option, const std::string& text);

/// Prints the verdict; returns the exit code, 0 or 1. In a report that machines read it goes to
/// stderr.
int conclude(const std::vector<GateCheck>& checks, const GateOutput& gate, const FrameTable& table,
             const ReportOptions& report, const char* command);

}  // namespace tracemalloc::analyze
