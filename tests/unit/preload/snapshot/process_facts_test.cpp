// SPDX-License-Identifier: MIT
#include "preload/snapshot/process_facts.h"

#include <unistd.h>

#include <climits>
#include <filesystem>
#include <fstream>
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

TEST_CASE("a small file is read whole or as far as there is room") {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "file") << "0123456789";
    char text[32];
    CHECK(read_small_file((folder / "file").c_str(), text, sizeof text) == 10);
    CHECK(std::string(text, 10) == "0123456789");
    CHECK(read_small_file((folder / "file").c_str(), text, 4) == 4);
    CHECK(read_small_file((folder / "none").c_str(), text, sizeof text) == 0);
}

}  // namespace tracemalloc::preload
