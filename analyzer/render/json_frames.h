// SPDX-License-Identifier: MIT
//
// Frames as JSON text, each written once: a snapshot has few distinct frames and many tracebacks.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

class JsonFrames {
public:
    JsonFrames(const FrameTable& table, GroupBy grouping) : table_(table), grouping_(grouping) {}

    /// `[FRAME, …]`, most recent first, with every field.
    [[nodiscard]] std::string traceback(std::span<const FrameId> frames);
    /// The key of a grouped row: the fields that the grouping does not keep are null.
    [[nodiscard]] std::string key(std::span<const FrameId> frames);
    /// The members of a row that tell what it is of: such a traceback, or none and a domain or tag.
    [[nodiscard]] std::string row_key(std::span<const FrameId> frames);

private:
    const FrameTable& table_;
    GroupBy grouping_;
    std::vector<std::string> texts_;  ///< by FrameId; empty: not yet made
    std::vector<std::string> key_texts_;
};

}  // namespace tracemalloc::analyze
