// SPDX-License-Identifier: MIT
//
// Frames of addresses that were met before, for a reader that looks at one process again and again:
// a second look costs look-ups, not symbol tables.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "analyzer/load/raw_snapshot.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/symbolize/symbolizer.h"

namespace tracemalloc::analyze {

class FrameCache {
public:
    /// What find_frames() would answer. All calls are with the same table and options.
    Symbolization find(const RawSnapshot& raw, FrameTable& table, const SymbolizeOptions& options);

private:
    /// An address counts in its module, which counts as the same while its file, build-id and place
    /// are.
    struct Key {
        std::uint32_t module = 0;
        bool exact = false;
        std::uint64_t address = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept {
            return std::hash<std::uint64_t>()(key.address * 2 + (key.exact ? 1 : 0)) ^ key.module;
        }
    };

    std::vector<Key> keys_of(const RawSnapshot& raw);

    std::map<std::string, std::uint32_t> modules_;
    std::unordered_map<Key, SymbolizedAddress, Hash> known_;
};

}  // namespace tracemalloc::analyze
