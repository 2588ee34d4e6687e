// SPDX-License-Identifier: MIT
//
// A small dump with something in every section, and the message that reading one ends with.
#pragma once

#include <string>

#include "analyzer/errors.h"
#include "analyzer/load/dump_reader.h"
#include "tests/support/dump_builder.h"

namespace tracemalloc::test {

inline DumpBuilder make_sample() {
    DumpBuilder builder;
    builder.process.pid = 42;
    builder.process.exe = builder.text("/bin/sample");
    builder.process.command_line = builder.text(std::string("sample\0--fast\0\0", 15));
    builder.process.host = builder.text("here");
    const std::uint32_t program = builder.add_module("/bin/sample", 0x10000);
    const std::uint32_t library = builder.add_module("/lib/libsample.so", 0x20000);
    builder.add_segment(program, 0);
    builder.add_segment(program, 0x1000);
    builder.add_segment(library, 0);
    const std::uint32_t leaf = builder.add_address(0x20100, library);
    const std::uint32_t caller = builder.add_address(0x10200, program);
    const std::uint32_t start = builder.add_address(0x10100, program);
    const std::uint32_t nowhere = builder.add_address(0x99999, dump::kNone, dump::kExact);
    const std::uint32_t first = builder.add_stack({leaf, caller, start});
    const std::uint32_t second = builder.add_stack({nowhere, start}, dump::kCutByUnwinder);
    const std::uint32_t third = builder.add_stack({leaf, start}, dump::kCutByLimit);
    builder.add_block(first, 0, 3);
    builder.add_block(first, 16, 2);
    builder.add_block(second, 8, 1);
    builder.add_block(third, 1000, 5);
    builder.add_loss(1, 7);
    builder.add_loss(999, 1);
    builder.add_frame(leaf, "inner", "/src/leaf.h", 10, true);
    builder.add_frame(leaf, "outer", "/src/leaf.c", 20);
    builder.add_frame(nowhere, "", "", 0);
    return builder;
}

/// Reads `file` as the dump `x.bin`; the error, or "" when there is none.
inline std::string error_of(const std::vector<std::byte>& file) {
    try {
        const analyze::DumpView view("x.bin", file);
        analyze::read_dump(view);
        return "";
    } catch (const analyze::DumpError& error) {
        return error.what();
    }
}

}  // namespace tracemalloc::test
