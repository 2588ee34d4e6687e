// SPDX-License-Identifier: MIT
//
// The options of the commands that read dumps, in groups. A row writes to the ReadOptions it was
// given, which outlive the table.
#pragma once

#include <cstddef>
#include <optional>

#include "analyzer/cli/option_table.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/pipeline.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

struct ReadOptions {
    PipelineOptions pipeline;
    ReportOptions report;
    ColourChoice colour = ColourChoice::automatic;
    std::optional<std::size_t> width;  ///< absent: the terminal's
    bool all_frames = false;           ///< of every filter
    bool source = false;               ///< source lines in stacks
};

/// --color, --width.
void add_text_options(OptionTable& table, ReadOptions& options);
/// --format, and those.
void add_output_options(OptionTable& table, ReadOptions& options);
/// --color alone.
void add_colour_option(OptionTable& table, ReadOptions& options);
/// Where symbols come from, how source paths are shown, and the settings.
void add_symbol_options(OptionTable& table, ReadOptions& options);
/// Where binaries and their debug files lie.
void add_binary_options(OptionTable& table, ReadOptions& options);
/// --include, --exclude, --domain, --tag, --born-after, --born-before, --frames, --wrapper,
/// --all-frames.
void add_filter_options(OptionTable& table, ReadOptions& options);
/// --frames and --wrapper.
void add_view_options(OptionTable& table, ReadOptions& options);
/// --limit, and the filter options.
void add_row_options(OptionTable& table, ReadOptions& options);
/// --metric.
void add_metric_option(OptionTable& table, ReadOptions& options);
/// --group-by and --cumulative.
void add_grouping_options(OptionTable& table, ReadOptions& options);

}  // namespace tracemalloc::analyze
