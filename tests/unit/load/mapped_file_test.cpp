// SPDX-License-Identifier: MIT
#include "analyzer/load/mapped_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "analyzer/errors.h"
#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string path = std::filesystem::temp_directory_path() / "mapped_file_test.XXXXXX";
        path_ = ::mkdtemp(path.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

std::string error_of(const std::string& path) {
    try {
        const MappedFile file(path);
        return "";
    } catch (const DumpError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("a mapped file shows the bytes of the file") {
    const TemporaryFolder folder;
    const std::string path = folder.file("bytes");
    std::ofstream(path) << "hello";
    const MappedFile file(path);
    REQUIRE(file.bytes().size() == 5);
    CHECK(file.bytes()[4] == std::byte{'o'});
}

TEST_CASE("an empty file has no bytes") {
    const TemporaryFolder folder;
    const std::string path = folder.file("empty");
    std::ofstream(path).close();
    CHECK(MappedFile(path).bytes().empty());
}

TEST_CASE("what is no readable regular file is refused by name") {
    const TemporaryFolder folder;
    const std::string missing = folder.file("missing");
    CHECK(error_of(missing) == missing + ": cannot open: No such file or directory");
    const std::string directory = folder.file("");
    CHECK(error_of(directory) == directory + ": is a directory, not a dump");
    const std::string pipe = folder.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(error_of(pipe) == pipe + ": is not a regular file");
}

}  // namespace tracemalloc::analyze
