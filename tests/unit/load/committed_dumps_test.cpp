// SPDX-License-Identifier: MIT
//
// Dumps of released versions stay readable for ever: every file under tests/golden/dumps loads.
#include <filesystem>

#include "analyzer/load/mapped_file.h"
#include "tests/support/catch.h"
#include "tests/unit/load/sample_dump.h"

namespace tracemalloc::test {

TEST_CASE("every committed dump is read, and its blocks add up") {
    const std::filesystem::path folder = TM_GOLDEN_DUMPS;
    if (!std::filesystem::exists(folder)) {
        WARN("no committed dumps in " << folder);
        return;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".bin") {
            continue;
        }
        INFO(entry.path());
        const analyze::MappedFile file(entry.path());
        const analyze::DumpView view(entry.path(), file.bytes());
        const analyze::RawSnapshot raw = analyze::read_dump(view);
        std::uint64_t size = 0;
        std::uint64_t count = 0;
        for (const analyze::Trace& trace : raw.traces) {
            size += trace.size * trace.count;
            count += trace.count;
        }
        CHECK(count > 0);
        if (raw.info.consistent) {
            CHECK(size == raw.info.traced_bytes);
            CHECK(count == raw.info.traced_blocks);
        }
    }
}

}  // namespace tracemalloc::test
