// SPDX-License-Identifier: MIT
#include "analyzer/render/page/system_place.h"

#include "tests/support/catch.h"
#include "tests/unit/render/sample.h"

using namespace tracemalloc::analyze;

TEST_CASE("a place is the system's by its paths") {
    struct Case {
        const char* file;
        const char* function;
        const char* module;
        bool is_system;
    };
    const char* const exe = "/usr/lib/gcc/12/cc1plus";
    const Case cases[] = {
        {"", "", exe, false},
        {"", "main", exe, false},
        {"", "_start", exe, true},
        {"/src/start.c", "_start", exe, false},
        {"/src/a.c", "f", exe, false},
        {"/usr/include/c++/12/bits/stl_vector.h", "push_back", exe, true},
        {"/opt/gcc/include/c++/13/vector", "push_back", exe, true},
        {"/rustc/abc/library/alloc/vec.rs", "push", exe, true},
        {"", "g_malloc", "/usr/lib/x86_64-linux-gnu/libglib-2.0.so.0", true},
        {"./malloc/arena.c", "arena_get", "/lib/x86_64-linux-gnu/libc.so.6", true},
        {"", "f", "/opt/app/lib/libplugin.so", false},
        {"/src/a.c", "f", "", false},
        {"", "", "", false},
        {"", "", "[vdso]", true},
        {"", "f", "/libraries/mine.so", false},
    };
    FrameTable table;
    for (const Case& each : cases) {
        INFO(each.file << " " << each.function << " " << each.module);
        const Frame frame = sample::frame(table, each.file, 1, each.function, each.module);
        CHECK(is_system_place(frame, exe) == each.is_system);
    }
}
