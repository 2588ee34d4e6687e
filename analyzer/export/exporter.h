// SPDX-License-Identifier: MIT
//
// A heap in the file formats of other tools. Each format is one file beside this one and one pure
// function: what is written depends on the heap and the options alone.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"
#include "analyzer/model/statistic.h"
#include "analyzer/render/output.h"

namespace tracemalloc::analyze {

enum class ExportFormat { pprof, speedscope, folded, heaptrack, massif, json, csv };
enum class Measure { bytes, blocks };

struct ExportOptions {
    Measure measure = Measure::bytes;  ///< of the formats that have room for one number
    bool attributed = true;  ///< leading frames that only pass an allocation on are left out
    std::string_view tool;   ///< who wrote it: "tmtool 1.2.3"
};

/// What is exported. All of it outlives the export.
struct ExportedHeap {
    const FrameTable& table;
    /// In order of time. Only massif takes more than one; the last one is what the others show.
    std::vector<const Snapshot*> series;
    const Snapshot* base = nullptr;  ///< what is subtracted
    /// base against the snapshot by traceback, for the formats that hold both; with `base` only
    const Comparison* comparison = nullptr;

    [[nodiscard]] const Snapshot& snapshot() const { return *series.back(); }
};

/// What a format can hold, for the command line to refuse the rest.
struct ExportAbility {
    bool binary = false;   ///< not for a terminal
    bool base = false;     ///< can show a difference
    bool series = false;   ///< can hold several snapshots
    bool measure = false;  ///< holds one number, so that the measure counts
};
ExportAbility ability_of(ExportFormat format) noexcept;

void export_heap(Output& output, ExportFormat format, const ExportedHeap& heap,
                 const ExportOptions& options);

}  // namespace tracemalloc::analyze
