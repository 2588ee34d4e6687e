// SPDX-License-Identifier: MIT
//
// A row grouped by traceback keeps only the frames of its key. This finds what the snapshot knows
// beyond the key: the frames set aside before it, and whether the stack was cut behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/snapshot.h"

namespace tracemalloc::analyze {

class ShownStacks {
public:
    /// `rows` are the keys that will be asked for; each key's largest trace stands for it.
    ShownStacks(const Snapshot& snapshot, const FrameTable& table, bool attributed,
                std::span<const std::vector<FrameId>* const> rows);

    /// Null when no trace of the snapshot has this key, as for a row that is gone.
    [[nodiscard]] const Traceback* find(const std::vector<FrameId>& key) const;

private:
    struct Entry {
        const std::vector<FrameId>* key = nullptr;
        const Traceback* traceback = nullptr;
        std::uint64_t size = 0;
    };

    [[nodiscard]] bool is_same_place(FrameId a, FrameId b) const;
    [[nodiscard]] std::size_t hash_of(std::span<const FrameId> frames) const;
    [[nodiscard]] std::optional<std::size_t> index_of(std::span<const FrameId> frames) const;

    const FrameTable& table_;
    std::vector<Entry> entries_;
    std::unordered_multimap<std::size_t, std::size_t> by_hash_;  ///< to indexes of entries_
};

}  // namespace tracemalloc::analyze
