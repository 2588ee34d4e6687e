// SPDX-License-Identifier: MIT
//
// What a live view remembers of the process it watches: the last look, the first one, a mark, and
// the way the total went.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/frame_cache.h"
#include "analyzer/model/frame_table.h"
#include "analyzer/model/live_view.h"
#include "analyzer/pipeline.h"

namespace tracemalloc::analyze {

class LiveWatch {
public:
    explicit LiveWatch(PipelineOptions options) : options_(std::move(options)) {}

    /// Throws DumpError.
    void take(const std::string& dump);
    [[nodiscard]] bool has_look() const noexcept { return now_ != nullptr; }

    /// From now on, growth is counted from this look; or from the first one again.
    void mark() { mark_ = now_; }
    void unmark() { mark_ = nullptr; }

    [[nodiscard]] LiveView view(GroupBy group_by, LiveOrder order);
    [[nodiscard]] const Snapshot& snapshot() const { return *now_; }
    [[nodiscard]] const FrameTable& table() const noexcept { return table_; }

private:
    PipelineOptions options_;
    FrameTable table_;
    FrameCache cache_;
    std::shared_ptr<const Snapshot> first_;
    std::shared_ptr<const Snapshot> mark_;  ///< null: none
    std::shared_ptr<const Snapshot> now_;
    double bytes_per_second_ = 0;
    std::vector<std::uint64_t> history_;
};

}  // namespace tracemalloc::analyze
