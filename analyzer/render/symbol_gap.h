// SPDX-License-Identifier: MIT
//
// How much of the heap was allocated where no source line is known, and by which modules: the
// difference between "the program has no such line" and "its debug information is missing".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

struct SymbolGap {
    std::uint64_t size = 0;            ///< bytes whose most recent frame has no line
    std::uint64_t total = 0;           ///< all bytes
    std::vector<std::string> modules;  ///< file names, the largest gap first

    /// Worth a line in a report: a tenth of the bytes.
    [[nodiscard]] bool is_noteworthy() const noexcept { return size > 0 && size >= total / 10; }
};

/// Modules that occur on any traceback.
std::size_t count_modules(const Snapshot& snapshot, const FrameTable& table);

SymbolGap find_symbol_gap(const Snapshot& snapshot, const FrameTable& table, bool attributed);

}  // namespace tracemalloc::analyze
