// SPDX-License-Identifier: MIT
#include "analyzer/query/memory_division.h"

#include <numeric>

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

std::uint64_t sum_of(const MemoryDivision& division) {
    return std::accumulate(
        division.parts.begin(), division.parts.end(), std::uint64_t{0},
        [](std::uint64_t sum, const MemoryPart& part) { return sum + part.bytes; });
}

std::uint64_t bytes_of(const MemoryDivision& division, MemoryUse use) {
    for (const MemoryPart& part : division.parts) {
        if (part.use == use) {
            return part.bytes;
        }
    }
    return 0;
}

}  // namespace

TEST_CASE("the parts of resident memory add up to it") {
    SnapshotInfo info;
    info.rss_bytes = 1000;
    info.traced_bytes = 300;
    info.own_bytes = 100;
    const MemoryDivision division = divide_memory(info);
    CHECK(sum_of(division) == 1000);
    CHECK(division.absent == 0);
    CHECK(bytes_of(division, MemoryUse::other) == 600);
    CHECK_FALSE(division.allocator_known);
}

TEST_CASE("mapped blocks of the allocator count as used") {
    SnapshotInfo info;
    info.rss_bytes = 1000;
    info.traced_bytes = 300;
    info.own_bytes = 100;
    info.allocator_known = true;
    info.allocator_used_bytes = 200;
    info.allocator_mmap_bytes = 150;
    info.allocator_free_bytes = 70;
    const MemoryDivision division = divide_memory(info);
    CHECK(bytes_of(division, MemoryUse::overhead) == 50);
    CHECK(bytes_of(division, MemoryUse::free) == 70);
    CHECK(bytes_of(division, MemoryUse::other) == 480);
    CHECK(sum_of(division) == 1000);
}

TEST_CASE("what is mapped but not resident is told, not hidden") {
    SnapshotInfo info;
    info.rss_bytes = 1000;
    info.traced_bytes = 5000;
    info.own_bytes = 100;
    const MemoryDivision division = divide_memory(info);
    CHECK(division.absent == 4100);
    CHECK(sum_of(division) == division.resident + division.absent);
    CHECK(bytes_of(division, MemoryUse::other) == 0);
}

}  // namespace tracemalloc::analyze
