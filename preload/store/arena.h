// SPDX-License-Identifier: MIT
//
// Memory that is only ever added to: records in it keep their address until the process ends.
// The caller serialises.
#pragma once

#include <cstddef>

#include "preload/platform/pages.h"

namespace tracemalloc::preload {

class Arena {
public:
    /// 8-aligned, zeroed; null when the kernel refuses.
    void* allocate(std::size_t bytes) noexcept {
        bytes = (bytes + 7) & ~std::size_t{7};
        if (bytes > left_) {
            if (!grow(bytes)) {
                return nullptr;
            }
        }
        void* const piece = at_;
        at_ += bytes;
        left_ -= bytes;
        return piece;
    }

private:
    // Chunks grow with the arena, so a small process stays small and a large one makes few calls.
    static constexpr std::size_t kFirstChunk = std::size_t{32} << 10;
    static constexpr std::size_t kLargestChunk = std::size_t{1} << 20;

    bool grow(std::size_t bytes) noexcept {
        if (next_chunk_ < kLargestChunk) {
            next_chunk_ = next_chunk_ == 0 ? kFirstChunk : next_chunk_ * 2;
        }
        const std::size_t chunk = bytes > next_chunk_ ? pages::round_up(bytes) : next_chunk_;
        auto* const memory = static_cast<std::byte*>(pages::map(chunk));
        if (memory == nullptr) {
            return false;
        }
        at_ = memory;
        left_ = chunk;
        return true;
    }

    std::byte* at_ = nullptr;
    std::size_t left_ = 0;
    std::size_t next_chunk_ = 0;
};

}  // namespace tracemalloc::preload
