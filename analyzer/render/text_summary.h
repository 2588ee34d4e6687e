// SPDX-License-Identifier: MIT
//
// What stands above every text report: how much, of which process, when, and what the figures do
// not hold (cut tracebacks, losses, missing symbols).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/render/output.h"
#include "analyzer/render/palette.h"
#include "analyzer/render/report.h"

namespace tracemalloc::analyze {

struct SummaryStyle {
    const Palette& palette;
    const ReportOptions& options;
};

/// "12.3 MiB in 45,678 blocks"
std::string total_text(std::uint64_t size, std::uint64_t count);
/// What a dump holds, of its head alone: "12.3 MiB in 45,678 blocks", and where that is a sample of
/// what was live, "6.6 MiB in 3,645 sampled blocks".
std::string recorded_text(const SnapshotInfo& info);
/// "1.2 MiB in 340 blocks", where it is known.
std::string inherited_text(const SnapshotInfo& info);
/// "python3 build.py (pid 12 on host)", or what it is merged of; at most `width` columns.
std::string process_text(const SnapshotInfo& info, std::size_t width);
/// "100 processes on 3 hosts: python3 serve.py", for a merged snapshot.
std::string sources_text(const SnapshotInfo& info);
/// "at exit", "killed by SIGSEGV at 0x10"
std::string reason_text(const SnapshotInfo& info);
/// "2026-11-23 14:15:57 UTC, snapshot 2, at exit"
std::string moment_text(const SnapshotInfo& info);
/// The command line as a shell would take it; the program's path when there is none.
std::string command_text(const SnapshotInfo& info);

/// "libcrypto.so.3, python3.11 and 3 more"
std::string name_modules(const std::vector<std::string>& modules);

/// "  name      value", a line of the summary.
void put_fact(Output& output, const SummaryStyle& style, std::string_view name,
              std::string_view value, Tone tone = Tone::plain);

/// What the figures are estimated from; nothing when they are exact.
void put_estimate(Output& output, const SummaryStyle& style, const Snapshot& snapshot);
/// What ± means, and what noise is where two snapshots are compared.
void put_error_note(Output& output, const SummaryStyle& style, bool compared);
/// How much of which process, by the metric, and when.
void put_identity(Output& output, const SummaryStyle& style, const Snapshot& snapshot);
/// All that stands above a report.
void put_summary(Output& output, const SummaryStyle& style, const Snapshot& snapshot,
                 const FrameTable& table);
/// How it was recorded, what is missing: the part that a diff shows for both dumps.
void put_limits(Output& output, const SummaryStyle& style, const Snapshot& snapshot);
/// "malloc 1,234, realloc 56", or how to have it counted.
std::string calls_text(const Snapshot& snapshot);
void put_symbol_gap(Output& output, const SummaryStyle& style, const Snapshot& snapshot,
                    const FrameTable& table);

}  // namespace tracemalloc::analyze
