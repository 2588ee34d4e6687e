// SPDX-License-Identifier: MIT
//
// Every distinct frame once. Snapshots that share a table can be compared by frame id alone, which
// is what makes a diff of two dumps a merge of small integers.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/model/frame.h"

namespace tracemalloc::analyze {

enum class FrameId : std::uint32_t {};

class FrameTable {
public:
    FrameTable() = default;
    FrameTable(const FrameTable&) = delete;
    FrameTable& operator=(const FrameTable&) = delete;

    Name name(std::string_view text) { return names_.intern(text); }
    FrameId intern(const Frame& frame);

    const Frame& operator[](FrameId id) const noexcept {
        return frames_[static_cast<std::size_t>(id)];
    }
    [[nodiscard]] std::size_t size() const noexcept { return frames_.size(); }

private:
    struct Hash {
        std::size_t operator()(const Frame& frame) const noexcept;
    };

    NamePool names_;
    std::vector<Frame> frames_;
    std::unordered_map<Frame, FrameId, Hash> ids_;
};

}  // namespace tracemalloc::analyze
