// SPDX-License-Identifier: MIT
#include "preload/platform/pages.h"

#include <cstring>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

TEST_CASE("sizes are rounded up to whole pages") {
    CHECK(pages::round_up(0) == 0);
    CHECK(pages::round_up(1) == 4096);
    CHECK(pages::round_up(4096) == 4096);
    CHECK(pages::round_up(4097) == 8192);
}

TEST_CASE("mapped pages are zero, writable and counted until they are unmapped") {
    const std::uint64_t before = pages::mapped_bytes();
    auto* const memory = static_cast<unsigned char*>(pages::map(10'000));
    REQUIRE(memory != nullptr);
    CHECK(pages::mapped_bytes() == before + 12'288);
    bool is_zero = true;
    for (std::size_t at = 0; at < 12'288; ++at) {
        is_zero = is_zero && memory[at] == 0;
    }
    CHECK(is_zero);
    std::memset(memory, 0xff, 12'288);
    pages::unmap(memory, 10'000);
    CHECK(pages::mapped_bytes() == before);
}

TEST_CASE("reserved memory is its owner's to count") {
    const std::uint64_t before = pages::mapped_bytes();
    auto* const memory = static_cast<unsigned char*>(pages::reserve(std::size_t{1} << 20));
    REQUIRE(memory != nullptr);
    memory[(1U << 20) - 1] = 1;
    CHECK(pages::mapped_bytes() == before);
}

TEST_CASE("what is ours is known as long as it is mapped") {
    const auto is_own = [](const void* memory, std::size_t bytes) {
        bool is_found = false;
        CHECK(pages::for_each_own([&](std::uintptr_t start, std::uintptr_t end) {
            is_found = is_found ||
                       (start == reinterpret_cast<std::uintptr_t>(memory) && end == start + bytes);
        }));
        return is_found;
    };
    void* const mapped = pages::map(10'000);
    void* const reserved = pages::reserve(5000);
    CHECK(is_own(mapped, 12'288));
    CHECK(is_own(reserved, 8192));
    pages::unmap(mapped, 10'000);
    pages::give_back(reserved, 5000);
    CHECK_FALSE(is_own(mapped, 12'288));
    CHECK_FALSE(is_own(reserved, 8192));
}

TEST_CASE("a refused mapping is null and not counted") {
    const std::uint64_t before = pages::mapped_bytes();
    CHECK(pages::map(std::size_t{1} << 60) == nullptr);
    CHECK(pages::reserve(std::size_t{1} << 60) == nullptr);
    CHECK(pages::mapped_bytes() == before);
}

}  // namespace tracemalloc::preload
