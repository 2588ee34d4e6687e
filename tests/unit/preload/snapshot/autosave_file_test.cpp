// SPDX-License-Identifier: MIT
#include "preload/snapshot/autosave_file.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

using Reason = dump::SnapshotReason;
namespace fs = std::filesystem;

PublishedFile written(const std::string& path) {
    RawFile file;
    REQUIRE(file.create(path));
    PublishedFile published;
    REQUIRE(file.publish(&published));
    return published;
}

}  // namespace

TEST_CASE("a file says what it became") {
    const test::TemporaryFolder folder;
    const std::string path = folder / "x";
    CHECK(written(path).path.view() == path);
    const PublishedFile second = written(path);
    CHECK(second.path.view() == path + ".2");
    CHECK(second.inode != 0);
}

TEST_CASE("the next autosave, an exit dump and a crash dump take the place of the last one") {
    for (const Reason end : {Reason::exit, Reason::crash}) {
        const test::TemporaryFolder folder;
        AutosaveFile autosave;
        autosave.on_published(Reason::autosave, written(folder / "1"));
        autosave.on_published(Reason::signal, written(folder / "2"));
        autosave.on_published(Reason::interval, written(folder / "3"));
        CHECK(fs::exists(folder / "1"));
        autosave.on_published(Reason::autosave, written(folder / "4"));
        CHECK_FALSE(fs::exists(folder / "1"));
        autosave.on_published(end, written(folder / "5"));
        CHECK_FALSE(fs::exists(folder / "4"));
        for (const char* kept : {"2", "3", "5"}) {
            CHECK(fs::exists(folder / kept));
        }
    }
}

TEST_CASE("a file that is not the one that was written stays") {
    const test::TemporaryFolder folder;
    AutosaveFile autosave;
    autosave.on_published(Reason::autosave, written(folder / "1"));
    fs::rename(folder / "1", folder / "moved");
    std::ofstream(folder / "1") << "another one";
    autosave.on_published(Reason::autosave, written(folder / "2"));
    CHECK(fs::exists(folder / "1"));
    fs::remove(folder / "2");
    fs::create_symlink(folder / "1", folder / "2");
    autosave.on_published(Reason::exit, written(folder / "3"));
    CHECK(fs::is_symlink(folder / "2"));
    CHECK(fs::exists(folder / "1"));
}

TEST_CASE("what is forgotten is the parent's") {
    const test::TemporaryFolder folder;
    AutosaveFile autosave;
    autosave.on_published(Reason::autosave, written(folder / "1"));
    autosave.forget();
    autosave.on_published(Reason::autosave, written(folder / "2"));
    autosave.on_published(Reason::exit, written(folder / "3"));
    CHECK(fs::exists(folder / "1"));
    CHECK_FALSE(fs::exists(folder / "2"));
}

}  // namespace tracemalloc::preload
