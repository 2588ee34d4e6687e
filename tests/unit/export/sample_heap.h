// SPDX-License-Identifier: MIT
//
// A small heap with addresses, as the reader makes them: the program at a load bias of its own, a
// function inlined into main, and an allocation wrapper that is set aside.
#pragma once

#include <string>

#include "analyzer/export/exporter.h"
#include "tests/unit/render/sample.h"

namespace tracemalloc::analyze::sample {

inline constexpr std::uint64_t kMainOffset = 0x1100;
inline constexpr std::uint64_t kWrapperOffset = 0x1200;

/// `count` blocks of 100 bytes by `xmalloc < grow [inlined] < main`, and one of 7 bytes by `main`.
inline Snapshot heap(FrameTable& table, std::uint64_t load_bias, std::uint64_t count) {
    Snapshot snapshot;
    snapshot.info.exe = "/opt/program";
    snapshot.info.start_unix_ns = 1'000'000'000;
    snapshot.info.unix_ns = 3'500'000'000;
    snapshot.info.dump_path = "/tmp/d.bin";
    snapshot.modules = {{"/lib/other.so", "", 0x9000'0000, 0x9000'0000, 0x9000'1000, {}},
                        {"/opt/program",
                         "00ff",
                         load_bias,
                         load_bias,
                         load_bias + 0x3000,
                         {{0, 0x800, 0, false}, {0x1000, 0x1800, 0x1000, true}}}};
    snapshot.addresses = {{1, 1, kWrapperOffset}, {1, 2, kMainOffset}};
    Frame grow = frame(table, "/src/a;b.c", 5, "grow<int>");
    grow.inlined = true;
    const Frame in_main = frame(table, "/src/main.c", 9, "main");
    Traceback& deep =
        add(snapshot, table, {frame(table, "/src/x.c", 1, "xmalloc"), grow, in_main}, 100, count);
    deep.addresses = {0, 1};
    deep.set_aside = 1;
    add(snapshot, table, {grow, in_main}, 7, 1).addresses = {1};
    return snapshot;
}

inline std::string exported(ExportFormat format, const ExportedHeap& heap,
                            const ExportOptions& options) {
    char* text = nullptr;
    std::size_t bytes = 0;
    std::FILE* stream = ::open_memstream(&text, &bytes);
    Output output(stream);
    export_heap(output, format, heap, options);
    std::fclose(stream);
    std::string result(text, bytes);
    std::free(text);
    return result;
}

}  // namespace tracemalloc::analyze::sample
