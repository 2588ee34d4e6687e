// SPDX-License-Identifier: MIT
#include "preload/hook/bootstrap_heap.h"

#include <cstdint>

#include "preload/tracker.h"

namespace tracemalloc::preload {

constinit BootstrapHeap g_bootstrap_heap;

// One thread only: the lookup runs under the first hook of the process, or under the loader's lock.
void* BootstrapHeap::allocate(std::size_t bytes, std::size_t alignment) noexcept {
    const auto base = reinterpret_cast<std::uintptr_t>(memory_);
    const std::size_t start = ((base + used_ + alignment - 1) & ~(alignment - 1)) - base;
    if (bytes > sizeof memory_ || start > sizeof memory_ - bytes) {
        return nullptr;
    }
    used_ = start + bytes;
    g_tracker.look_at(memory_ + start);  // a release must not pass it on
    return memory_ + start;
}

}  // namespace tracemalloc::preload
