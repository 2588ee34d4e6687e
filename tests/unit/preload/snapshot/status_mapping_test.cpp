// SPDX-License-Identifier: MIT
#include "preload/snapshot/status_mapping.h"

#include <dirent.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

/// The names published in this process, as another process reads them.
std::vector<std::string> published() {
    std::ifstream maps("/proc/self/maps");
    std::vector<std::string> names;
    for (std::string line; std::getline(maps, line);) {
        const std::size_t at = line.find("/memfd:tracemalloc:");
        if (at != std::string::npos) {
            names.push_back(line.substr(at + 7));
        }
    }
    return names;
}

std::size_t open_descriptors() {
    std::size_t count = 0;
    DIR* const folder = ::opendir("/proc/self/fd");
    REQUIRE(folder != nullptr);
    while (::readdir(folder) != nullptr) {
        ++count;
    }
    ::closedir(folder);
    return count;
}

}  // namespace

TEST_CASE("the status is readable in the memory map, once, and keeps no descriptor") {
    using State = RecordingStatus::State;
    const std::size_t before = open_descriptors();
    StatusMapping status;
    status.publish({State::armed, 10, 0, 0}, "/d/%p.bin");
    CHECK(published() == std::vector<std::string>{"tracemalloc:armed:10:0:0:/d/%p.bin (deleted)"});
    status.publish({State::yielded, 12, 3, 1}, "/d/%p.bin");
    CHECK(published() ==
          std::vector<std::string>{"tracemalloc:yielded:12:3:1:/d/%p.bin (deleted)"});
    status.publish({State::off, 0, 4294967295, 7}, "");
    CHECK(published() == std::vector<std::string>{"tracemalloc:off:0:4294967295:7: (deleted)"});

    // The pattern is left out where the kernel's limit for the name would cut it.
    status.publish({State::armed, 10, 1, 0}, std::string(300, 'x'));
    CHECK(published() == std::vector<std::string>{"tracemalloc:armed:10:1:0: (deleted)"});
    const std::string frame = "tracemalloc:armed:10:1:0:";
    const std::string longest(249 - frame.size(), 'x');
    status.publish({State::armed, 10, 1, 0}, longest);
    CHECK(published() == std::vector<std::string>{frame + longest + " (deleted)"});
    CHECK(open_descriptors() == before);
}

}  // namespace tracemalloc::preload
