// SPDX-License-Identifier: MIT
//
// The text of one option → its value. Each throws UsageError that names the option, the text and
// what is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "analyzer/cli/terminal.h"
#include "analyzer/model/filter.h"
#include "analyzer/query/group_by.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

/// A whole decimal number, nothing around it.
std::uint64_t parse_number(const std::string& option, const std::string& text, Range allowed);

/// Seconds, with decimals if wanted.
double parse_seconds(const std::string& option, const std::string& text, double most);

GroupBy parse_group_by(const std::string& text);
ReportFormat parse_format(const std::string& text);
FrameView parse_frame_view(const std::string& text);
ColourChoice parse_colour(const std::string& text);

/// PATTERN[:LINE]: only digits behind the last colon are a line, so a pattern may hold colons.
Filter parse_filter(const std::string& option, const std::string& text, bool inclusive);

/// FROM=TO, parted at the first `=`.
std::pair<std::string, std::string> parse_path_map(const std::string& text);

/// The path of a folder that exists.
std::string parse_folder(const std::string& option, const std::string& text);

/// A TRACEMALLOC_OUTPUT pattern.
std::string parse_output_pattern(const std::string& option, const std::string& text);

/// A TRACEMALLOC_SIGNAL: the text itself, checked.
std::string parse_snapshot_signal(const std::string& option, const std::string& text);

}  // namespace tracemalloc::analyze
