// SPDX-License-Identifier: MIT
//
// What the kernel counts for the cgroup (version 2) that this process is in.
#pragma once

#include <climits>
#include <cstdint>

#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

class CgroupMemory {
public:
    /// Finds the file that holds the count. False when there is none: version 1, the root, no
    /// permission.
    bool find(const char* membership = "/proc/thread-self/cgroup",
              const char* root = "/sys/fs/cgroup") noexcept;

    /// Bytes now; 0 when they cannot be read.
    [[nodiscard]] std::uint64_t current_bytes() const noexcept;

private:
    TextBuffer<PATH_MAX> file_;
};

}  // namespace tracemalloc::preload
