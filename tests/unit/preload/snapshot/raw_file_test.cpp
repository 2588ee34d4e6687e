// SPDX-License-Identifier: MIT
#include "preload/snapshot/raw_file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

using Names = std::set<std::string>;

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void put(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

bool write_text(RawFile& file, const std::string& text) {
    return file.write(text.data(), text.size());
}

std::string temporary_name(const std::string& name) {
    return name + ".tmp." + std::to_string(::getpid());
}

}  // namespace

TEST_CASE("a published file has its name, its bytes and no reader but its owner") {
    const test::TemporaryFolder folder;
    const mode_t mask = ::umask(0);
    RawFile file;
    REQUIRE(file.create(folder / "dump"));
    ::umask(mask);
    CHECK(folder.names() == Names{temporary_name("dump")});
    CHECK(write_text(file, "0123456789"));
    CHECK(file.overwrite(2, "AB", 2));
    CHECK(write_text(file, "!"));
    CHECK(file.publish());
    CHECK(file.error() == 0);
    CHECK(folder.names() == Names{"dump"});
    CHECK(content_of(folder / "dump") == "01AB456789!");
    struct stat status {};
    REQUIRE(::stat((folder / "dump").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(status.st_nlink == 1);
}

TEST_CASE("an existing file is never overwritten: the next number is taken") {
    const test::TemporaryFolder folder;
    put(folder / "dump", "the user's");
    for (const char* const text : {"one", "two"}) {
        RawFile file;
        REQUIRE(file.create(folder / "dump"));
        CHECK(write_text(file, text));
        CHECK(file.publish());
    }
    CHECK(folder.names() == Names{"dump", "dump.2", "dump.3"});
    CHECK(content_of(folder / "dump") == "the user's");
    CHECK(content_of(folder / "dump.2") == "one");
    CHECK(content_of(folder / "dump.3") == "two");
}

TEST_CASE("a link under the target name is not followed") {
    const test::TemporaryFolder folder;
    put(folder / "secret", "untouched");
    REQUIRE(::symlink("secret", (folder / "dump").c_str()) == 0);
    REQUIRE(::symlink("secret", (folder / temporary_name("dump")).c_str()) == 0);
    RawFile file;
    REQUIRE(file.create(folder / "dump"));
    CHECK(write_text(file, "new"));
    CHECK(file.publish());
    CHECK(content_of(folder / "secret") == "untouched");
    CHECK(content_of(folder / "dump.2") == "new");
    CHECK(folder.names() == Names{"dump", "dump.2", "secret"});
}

TEST_CASE("a file that is not published leaves nothing behind") {
    const test::TemporaryFolder folder;
    {
        RawFile file;
        REQUIRE(file.create(folder / "dump"));
        CHECK(write_text(file, "half"));
        CHECK(folder.names() == Names{temporary_name("dump")});
    }
    CHECK(folder.names().empty());
}

TEST_CASE("what a dead process of the same number left is replaced") {
    const test::TemporaryFolder folder;
    put(folder / temporary_name("dump"), "a longer text that was left");
    RawFile file;
    REQUIRE(file.create(folder / "dump"));
    CHECK(write_text(file, "new"));
    CHECK(file.publish());
    CHECK(content_of(folder / "dump") == "new");
    CHECK(folder.names() == Names{"dump"});
}

TEST_CASE("a file that cannot be created says why") {
    const test::TemporaryFolder folder;
    const auto error_of = [](const std::string& target) {
        RawFile file;
        CHECK_FALSE(file.create(target));
        CHECK_FALSE(file.write("x", 1));
        CHECK_FALSE(file.overwrite(0, "x", 1));
        CHECK_FALSE(file.publish());
        return file.error();
    };
    put(folder / "plain", "");
    CHECK(error_of(folder / "missing/dump") == ENOENT);
    CHECK(error_of(folder / "plain/dump") == ENOTDIR);
    CHECK(error_of(folder / std::string(PATH_MAX, 'x')) == ENAMETOOLONG);
    CHECK(error_of(folder / std::string(250, 'x')) == ENAMETOOLONG);
    CHECK(folder.names() == Names{"plain"});
}

TEST_CASE("the first failure of a write stays the answer, and nothing is left") {
    const test::TemporaryFolder folder;
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{10, before.rlim_max};
    {
        RawFile file;
        REQUIRE(file.create(folder / "dump"));
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
        const bool is_written = write_text(file, "more than ten bytes");
        const bool is_published = file.publish();
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
        CHECK_FALSE(is_written);
        CHECK_FALSE(is_published);
        CHECK(file.error() == EFBIG);
    }
    std::signal(SIGXFSZ, handler);
    CHECK(folder.names().empty());
}

}  // namespace tracemalloc::preload
