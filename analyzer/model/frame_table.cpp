// SPDX-License-Identifier: MIT
#include "analyzer/model/frame_table.h"

#include <initializer_list>

namespace tracemalloc::analyze {

std::size_t FrameTable::Hash::operator()(const Frame& frame) const noexcept {
    std::uint64_t hash = frame.inlined ? 1 : 2;
    for (const std::uint64_t part : {reinterpret_cast<std::uint64_t>(frame.filename.id()),
                                     reinterpret_cast<std::uint64_t>(frame.function.id()),
                                     reinterpret_cast<std::uint64_t>(frame.module.id()),
                                     static_cast<std::uint64_t>(frame.lineno), frame.offset}) {
        hash = (hash ^ part) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 32;
    }
    return hash;
}

FrameId FrameTable::intern(const Frame& frame) {
    const auto [entry, is_new] = ids_.try_emplace(frame, static_cast<FrameId>(frames_.size()));
    if (is_new) {
        frames_.push_back(frame);
    }
    return entry->second;
}

}  // namespace tracemalloc::analyze
