// SPDX-License-Identifier: MIT
#include "analyzer/cli/output_pattern.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("a pattern has only known letters behind its percent signs") {
    for (const char* text : {"a", "%p", "%p%e%n%r%h%t%%", "/x/%e/%n"}) {
        CHECK(is_output_pattern(text));
    }
    for (const char* text : {"", "%", "%x", "a%", "%%%", "%P"}) {
        CHECK_FALSE(is_output_pattern(text));
    }
}

TEST_CASE("a relative pattern is put behind a folder, whose own percent signs are doubled") {
    CHECK(absolute_pattern("/a%b", "x.%p") == "/a%%b/x.%p");
    CHECK(absolute_pattern("/a", "/x.%p") == "/x.%p");
    CHECK(absolute_pattern("", "x") == "/x");
}

TEST_CASE("the fixed folder ends before the first letter") {
    CHECK(fixed_folder("/a/b/x.%p.bin") == "/a/b");
    CHECK(fixed_folder("/a/%e/x.%p.bin") == "/a");
    CHECK(fixed_folder("/a%%b/x") == "/a%b");
    CHECK(fixed_folder("/%p") == "/");
    CHECK(fixed_folder("x.%p") == ".");
}

TEST_CASE("files are found whatever their names hold") {
    namespace fs = std::filesystem;
    std::string name = (fs::temp_directory_path() / "tm-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    const fs::path folder = fs::path(name) / "we[i]rd *%";
    fs::create_directories(folder / ".hidden");
    for (const char* file :
         {"x.1.bin", "x.22.bin", "x.1.bin.2", "x.1.bin.tmp", "y.1.bin", ".hidden/x.1.bin"}) {
        std::ofstream(folder / file) << "text";
    }
    const std::string prefix = absolute_pattern(folder.string(), "");
    const auto names = [&](const std::string& pattern) {
        std::vector<std::string> found;
        for (const std::string& path : files_matching(prefix + pattern)) {
            found.push_back(fs::relative(path, folder).string());
        }
        return found;
    };
    using Names = std::vector<std::string>;
    CHECK(names("x.%p.bin") == Names{"x.1.bin", "x.1.bin.2", "x.22.bin"});
    CHECK(names("%e/x.%n.bin") == Names{".hidden/x.1.bin"});
    CHECK(names("missing.%p").empty());
    fs::remove_all(name);
}
