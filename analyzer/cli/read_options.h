// SPDX-License-Identifier: MIT
//
// The options of the commands that read dumps, added to a CLI11 command in groups.
#pragma once

#include <CLI/CLI.hpp>

#include "analyzer/cli/command_line.h"

namespace tracemalloc::analyze {

/// --format, --color, --width, and where symbols come from.
void add_output_options(CLI::App& app, ReadOptions& options);
void add_symbol_options(CLI::App& app, ReadOptions& options);
/// --limit, --include, --exclude, --all-frames, --frames, --wrapper.
void add_row_options(CLI::App& app, ReadOptions& options);
/// --group-by and --cumulative.
void add_grouping_options(CLI::App& app, ReadOptions& options);

/// What options forbid each other, and what applies to all filters, once all are known.
void complete(ReadOptions& options, bool all_frames);

}  // namespace tracemalloc::analyze
