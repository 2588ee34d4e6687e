// SPDX-License-Identifier: MIT
#include "preload/snapshot/memory_map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "preload/platform/pages.h"
#include "tests/unit/preload/temporary_folder.h"

namespace tracemalloc::preload {

namespace {

struct Found {
    Mapping mapping;
    std::string path;
};

std::vector<Found> mappings() {
    MemoryMap map;
    REQUIRE(map.read());
    std::vector<Found> all;
    map.for_each([&](const Mapping& mapping) {
        all.push_back({mapping, std::string(mapping.path)});
    });
    return all;
}

const Found* find(const std::vector<Found>& all, const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    const auto found = std::find_if(all.begin(), all.end(), [&](const Found& one) {
        return one.mapping.start <= at && at < one.mapping.end;
    });
    return found != all.end() ? &*found : nullptr;
}

/// One page of a new file, mapped for as long as the object lives.
class MappedPage {
public:
    MappedPage(const std::string& path, off_t offset) {
        const int file = ::open(path.c_str(), O_CREAT | O_RDWR, 0600);
        REQUIRE(file >= 0);
        REQUIRE(::ftruncate(file, offset + 4096) == 0);
        struct stat status {};
        REQUIRE(::fstat(file, &status) == 0);
        inode_ = status.st_ino;
        address_ = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, file, offset);
        ::close(file);
        REQUIRE(address_ != MAP_FAILED);
    }
    ~MappedPage() { ::munmap(address_, 4096); }
    MappedPage(const MappedPage&) = delete;
    MappedPage& operator=(const MappedPage&) = delete;
    [[nodiscard]] const void* address() const { return address_; }
    [[nodiscard]] ino_t inode() const { return inode_; }

private:
    void* address_ = nullptr;
    ino_t inode_ = 0;
};

}  // namespace

TEST_CASE("the memory map is that of this process, in order of address") {
    const auto all = mappings();
    std::uintptr_t last = 0;
    for (const Found& one : all) {
        CHECK(one.mapping.start >= last);
        CHECK(one.mapping.end > one.mapping.start);
        last = one.mapping.end;
    }
    char executable[4096] = {};
    REQUIRE(::readlink("/proc/self/exe", executable, sizeof executable - 1) > 0);
    const Found* const code = find(all, reinterpret_cast<const void*>(&mappings));
    REQUIRE(code != nullptr);
    CHECK(code->mapping.is_executable);
    CHECK(code->path == executable);
    CHECK(code->mapping.inode != 0);
    int local = 0;
    const Found* const stack = find(all, &local);
    REQUIRE(stack != nullptr);
    CHECK_FALSE(stack->mapping.is_executable);
    CHECK(stack->mapping.inode == 0);
    CHECK(std::any_of(all.begin(), all.end(), [](const Found& one) {
        return one.path == "[vdso]" && one.mapping.is_executable;
    }));
}

TEST_CASE("a mapped file has its path, inode and offset, whatever its name") {
    const test::TemporaryFolder folder;
    for (const char* const name : {"plain", "with space", "new\nline", "\nfirst", "last\n",
                                   "two\n\nlines (deleted)", "tab\there", "umlaut \xc3\xa4"}) {
        const MappedPage page(folder / name, 8192);
        const auto all = mappings();
        const Found* const found = find(all, page.address());
        REQUIRE(found != nullptr);
        CHECK(found->path == folder / name);
        CHECK(found->mapping.inode == page.inode());
        CHECK(found->mapping.file_offset == 8192);
        CHECK_FALSE(found->mapping.is_executable);
    }
}

TEST_CASE("more mappings than the first buffer holds are all there") {
    std::vector<std::byte*> pages;
    auto* const memory = static_cast<std::byte*>(pages::map(2000 * 4096));
    REQUIRE(memory != nullptr);
    for (std::size_t page = 0; page < 2000; page += 2) {
        REQUIRE(::mprotect(memory + page * 4096, 4096, PROT_READ) == 0);
    }
    const auto all = mappings();
    CHECK(all.size() > 1900);
    for (std::size_t page = 0; page < 2000; page += 100) {
        CHECK(find(all, memory + page * 4096) != nullptr);
    }
    pages::unmap(memory, 2000 * 4096);
}

TEST_CASE("own memory is read where it is, and refused where nothing is") {
    const std::uint64_t value = 0x1122334455667788;
    std::uint64_t copy = 0;
    CHECK(read_own_memory(reinterpret_cast<std::uintptr_t>(&value), &copy, sizeof copy));
    CHECK(copy == value);
    auto* const memory = static_cast<std::byte*>(pages::map(8192));
    REQUIRE(memory != nullptr);
    REQUIRE(::munmap(memory + 4096, 4096) == 0);
    const auto edge = reinterpret_cast<std::uintptr_t>(memory) + 4096;
    CHECK(read_own_memory(edge - 8, &copy, 8));
    CHECK_FALSE(read_own_memory(edge - 4, &copy, 8));
    CHECK_FALSE(read_own_memory(edge, &copy, 8));
    CHECK_FALSE(read_own_memory(0, &copy, 8));
    ::munmap(memory, 4096);
}

}  // namespace tracemalloc::preload
