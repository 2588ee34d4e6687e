// SPDX-License-Identifier: MIT
#include "preload/platform/small_file.h"

#include <fstream>
#include <string>

#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

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
