// SPDX-License-Identifier: MIT
//
// The words of one tmtool command as values. No option library is visible here.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/pipeline.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

enum class ColourChoice { automatic, always, never };

/// What every command that reads a dump shares.
struct ReadOptions {
    PipelineOptions pipeline;
    ReportOptions report;
    ColourChoice colour = ColourChoice::automatic;
    std::optional<std::size_t> width;  ///< absent: the terminal's
};

struct StatsCommand {
    std::string dump;
    ReadOptions read;
};

struct DiffCommand {
    std::string old_dump;
    std::string new_dump;
    ReadOptions read;
};

struct TracesCommand {
    std::string dump;
    ReadOptions read;
};

struct InfoCommand {
    std::string dump;
    ReadOptions read;
};

struct RunCommand {
    std::vector<std::string> program;  ///< with its arguments
    std::optional<std::string> nframe;
    std::optional<std::string> output;
    std::optional<std::string> signal;
    bool exit_snapshot = true;
};

struct SnapshotCommand {
    int pid = 0;
    double timeout_s = 30;
};

/// Nothing to do: help or the version was printed.
struct NoCommand {};

using Command = std::variant<NoCommand, StatsCommand, DiffCommand, TracesCommand, InfoCommand,
                             RunCommand, SnapshotCommand>;

/// Throws UsageError with one line that says what was given and what is allowed.
Command parse_command_line(int argc, const char* const* argv);

}  // namespace tracemalloc::analyze
