// SPDX-License-Identifier: MIT
#include "analyzer/query/memory_division.h"

namespace tracemalloc::analyze {

MemoryDivision divide_memory(const SnapshotInfo& info) {
    MemoryDivision division;
    division.resident = info.rss_bytes;
    division.allocator_known = info.allocator_known;
    std::uint64_t known = 0;
    const auto add = [&](MemoryUse use, std::uint64_t bytes) {
        if (bytes > 0) {
            division.parts.push_back({use, bytes});
            known += bytes;
        }
    };
    const std::uint64_t live = info.traced_bytes;
    add(MemoryUse::live, live);
    if (info.allocator_known) {
        const std::uint64_t used = info.allocator_used_bytes + info.allocator_mmap_bytes;
        add(MemoryUse::overhead, used > live ? used - live : 0);
        add(MemoryUse::free, info.allocator_free_bytes);
    }
    add(MemoryUse::tracer, info.own_bytes);
    if (known <= info.rss_bytes) {
        add(MemoryUse::other, info.rss_bytes - known);
    } else {
        division.absent = known - info.rss_bytes;
    }
    return division;
}

}  // namespace tracemalloc::analyze
