// SPDX-License-Identifier: MIT
#include "preload/snapshot/process_facts.h"

#include <unistd.h>

#include <climits>
#include <filesystem>
#include <string>

#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

TEST_CASE("the kernel's facts of this process") {
    CHECK(executable_path().view() == std::filesystem::read_symlink("/proc/self/exe").string());
    CHECK(program_name().view() == "preload_tests");
    char host[HOST_NAME_MAX + 1] = {};
    REQUIRE(::gethostname(host, sizeof host) == 0);
    CHECK(host_name().view() == host);
    const ResidentMemory memory = resident_memory();
    CHECK(memory.now_bytes > std::uint64_t{100} << 10);
    CHECK(memory.now_bytes % 1024 == 0);
    CHECK(memory.peak_bytes > std::uint64_t{100} << 10);
}

TEST_CASE("a base name has no folders") {
    CHECK(base_name("/usr/bin/x") == "x");
    CHECK(base_name("x") == "x");
    CHECK(base_name("/usr/bin/").empty());
    CHECK(base_name("").empty());
}

}  // namespace tracemalloc::preload
