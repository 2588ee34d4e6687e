// SPDX-License-Identifier: MIT
//
// Addresses to source places: each distinct address of a dump once, module by module.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/debuginfod.h"

namespace tracemalloc::analyze {

struct SymbolizeOptions {
    std::vector<std::string> debug_dirs;                        ///< searched before /usr/lib/debug
    std::string sysroot;                                        ///< prefixed to module paths
    std::vector<std::pair<std::string, std::string>> path_map;  ///< source path FROM → TO
    bool force_mismatch = false;  ///< use a file whose build-id differs
    /// Asked for debug files that are nowhere else; null: no network is used.
    std::shared_ptr<Debuginfod> debuginfod;
    Debuginfod::Progress download_progress;
    /// Called now and then with (modules done, modules in all, name of the current one).
    std::function<void(std::size_t, std::size_t, const std::string&)> progress;
};

/// What became of one address: the best rung of the ladder that had an answer.
enum class SymbolRung : std::uint8_t { source_line, symbol, module_offset, unknown };

struct SymbolizedAddress {
    std::vector<FrameId> frames;  ///< innermost inlined frame first; never empty
    SymbolRung rung = SymbolRung::unknown;
};

struct Symbolization {
    std::vector<SymbolizedAddress> addresses;  ///< parallel to RawSnapshot::addresses
    std::vector<std::string> warnings;         ///< one line each
};

/// Frames are interned in `table`; those that the dump carries are not looked at. Missing or
/// stripped binaries are normal and give coarser frames; a binary with another build-id is refused
/// and warned of. Does not throw for any content of files.
Symbolization symbolize(const RawSnapshot& raw, FrameTable& table, const SymbolizeOptions& options);

}  // namespace tracemalloc::analyze
