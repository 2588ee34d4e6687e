// SPDX-License-Identifier: MIT
#include "analyzer/source_lines.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "analyzer/model/frame_table.h"
#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kChanged = 1'600'000'000;

/// A folder with a file of three lines, changed at kChanged.
class SourceFolder {
public:
    SourceFolder() {
        char name[] = "/tmp/tm-source-XXXXXX";
        folder = mkdtemp(name);
        write(folder + "/a.c");
    }
    ~SourceFolder() { fs::remove_all(folder); }
    SourceFolder(const SourceFolder&) = delete;
    SourceFolder& operator=(const SourceFolder&) = delete;

    static void write(const std::string& path) {
        std::ofstream(path) << "one\n\t  two  x \r\n\nfour";
        const timespec times[2] = {{kChanged, 0}, {kChanged, 0}};
        REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    }

    Frame frame(const std::string& path, std::uint32_t lineno) {
        Frame made;
        made.filename = table.name(path);
        made.lineno = lineno;
        return made;
    }

    std::string folder;
    FrameTable table;
};

}  // namespace

TEST_CASE("a line comes without the blanks around it, and what is not there is empty") {
    SourceFolder source;
    SourceLines lines("", (kChanged + 1) * kSecond);
    const std::string path = source.folder + "/a.c";
    CHECK(lines.at(source.frame(path, 1)) == "one");
    CHECK(lines.at(source.frame(path, 2)) == "two  x");
    CHECK(lines.at(source.frame(path, 3)).empty());
    CHECK(lines.at(source.frame(path, 4)) == "four");
    CHECK(lines.at(source.frame(path, 5)).empty());
    CHECK(lines.at(source.frame(path, 0)).empty());
    CHECK(lines.at(source.frame(source.folder + "/b.c", 1)).empty());
    CHECK(lines.at(source.frame(source.folder, 1)).empty());
    CHECK(lines.at(Frame()).empty());
    CHECK(lines.changed_files() == 0);
}

TEST_CASE("text that was changed after the snapshot is not shown, and counted once") {
    SourceFolder source;
    SourceLines lines("", (kChanged - 1) * kSecond);
    CHECK(lines.at(source.frame(source.folder + "/a.c", 1)).empty());
    CHECK(lines.at(source.frame(source.folder + "/a.c", 2)).empty());
    CHECK(lines.changed_files() == 1);
}

TEST_CASE("the sysroot is looked at first") {
    SourceFolder source;
    fs::create_directory(source.folder + "/root");
    std::ofstream(source.folder + "/root/a.c") << "below the root";
    SourceLines lines(source.folder + "/root", 4 * kChanged * kSecond);
    CHECK(lines.at(source.frame("/a.c", 1)) == "below the root");
    CHECK(lines.at(source.frame(source.folder + "/a.c", 1)) == "one");
}

TEST_CASE("a pipe that a dump names as a source is not waited for") {
    SourceFolder source;
    REQUIRE(mkfifo((source.folder + "/pipe.c").c_str(), 0600) == 0);
    SourceLines lines("", (kChanged + 1) * kSecond);
    CHECK(lines.at(source.frame(source.folder + "/pipe.c", 1)).empty());
}

}  // namespace tracemalloc::analyze
