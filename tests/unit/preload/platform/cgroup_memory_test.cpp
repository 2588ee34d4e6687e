// SPDX-License-Identifier: MIT
#include "preload/platform/cgroup_memory.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

void put(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
}

}  // namespace

TEST_CASE("the cgroup of version 2 is found and read") {
    const test::TemporaryFolder folder;
    const std::string membership = folder / "cgroup";
    const std::string root = folder / "root";
    std::filesystem::create_directories(root + "/a/b");
    put(root + "/a/b/memory.current", "123456\n");
    put(membership, "5:memory:/c\n0::/a/b\n");
    CgroupMemory memory;
    REQUIRE(memory.find(membership.c_str(), root.c_str()));
    CHECK(memory.current_bytes() == 123456);
    put(root + "/a/b/memory.current", "7\n");
    CHECK(memory.current_bytes() == 7);
    std::filesystem::remove(root + "/a/b/memory.current");
    CHECK(memory.current_bytes() == 0);
}

TEST_CASE("without version 2, its file or its controller there is none") {
    const test::TemporaryFolder folder;
    const std::string membership = folder / "cgroup";
    const std::string root = folder / "root";
    std::filesystem::create_directories(root);
    CgroupMemory memory;
    CHECK_FALSE(memory.find(membership.c_str(), root.c_str()));
    put(membership, "5:memory:/c\n");
    CHECK_FALSE(memory.find(membership.c_str(), root.c_str()));
    put(membership, "0::/\n");
    CHECK_FALSE(memory.find(membership.c_str(), root.c_str()));
}

}  // namespace tracemalloc::preload
