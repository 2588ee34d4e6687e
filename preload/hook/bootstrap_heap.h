// SPDX-License-Identifier: MIT
//
// Serves the few calls that arrive while the next allocator is being looked up: dlsym itself may
// allocate. Its blocks are recognised for ever and never given to the real allocator.
#pragma once

#include <cstddef>

namespace tracemalloc::preload {

class BootstrapHeap {
public:
    /// Zeroed; null when `bytes` do not fit any more. Alignment is a power of two.
    void* allocate(std::size_t bytes, std::size_t alignment = 16) noexcept;
    [[nodiscard]] bool owns(const void* block) const noexcept {
        return block >= memory_ && block < memory_ + sizeof memory_;
    }
    /// How many bytes may be read from a block of ours.
    [[nodiscard]] std::size_t readable_bytes(const void* block) const noexcept {
        return static_cast<std::size_t>(memory_ + sizeof memory_ -
                                        static_cast<const unsigned char*>(block));
    }

private:
    alignas(16) unsigned char memory_[std::size_t{16} << 10] = {};
    std::size_t used_ = 0;
};

extern BootstrapHeap g_bootstrap_heap;

}  // namespace tracemalloc::preload
