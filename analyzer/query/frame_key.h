// SPDX-License-Identifier: MIT
//
// When two frames are the same row. A key is a frame with only the fields that the grouping keeps,
// and with the next best ones where those are unknown:
//
//     filename   filename                             else module
//     lineno     filename, lineno                     else module, function  else module, offset
//     function   function, filename, module           else filename, module  else module, offset
//     module     module
//     traceback  filename, lineno, function, inlined  else module, function  else module, offset
//
// No key holds an address of a run, and a rebuilt program is matched by its source.
#pragma once

#include <limits>
#include <vector>

#include "analyzer/model/frame_table.h"
#include "analyzer/model/statistic.h"

namespace tracemalloc::analyze {

/// Frame → key, as frames of the same table; each frame is looked up there once.
class FrameKeys {
public:
    FrameKeys(FrameTable& table, GroupBy by)
        : table_(table), by_(by), keys_(table.size(), kUnset) {}

    FrameId operator()(FrameId id) {
        const FrameId key = keys_[static_cast<std::size_t>(id)];
        return key != kUnset ? key : add(id);
    }

private:
    static constexpr FrameId kUnset{std::numeric_limits<std::uint32_t>::max()};

    FrameId add(FrameId id);

    FrameTable& table_;
    GroupBy by_;
    std::vector<FrameId> keys_;
};

}  // namespace tracemalloc::analyze
