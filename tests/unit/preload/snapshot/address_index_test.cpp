// SPDX-License-Identifier: MIT
#include "preload/snapshot/address_index.h"

#include <memory>
#include <vector>

#include "tests/support/catch.h"

namespace tracemalloc::preload {

namespace {

LoadedModule module_at(std::uintptr_t start, std::uintptr_t end, std::uint32_t unloaded_in = 0) {
    LoadedModule module{};
    module.start = start;
    module.end = end;
    module.unloaded_in = unloaded_in;
    return module;
}

}  // namespace

TEST_CASE("an address is numbered once and knows its module") {
    const std::vector<LoadedModule> mapped = {module_at(0x1000, 0x2000), module_at(0x5000, 0x6000)};
    AddressIndex index(mapped, {});
    CHECK(index.find_or_add(0x1100, 0, false) == 0);
    CHECK(index.find_or_add(0x5100, 0, false) == 1);
    CHECK(index.find_or_add(0x3000, 0, false) == 2);
    CHECK(index.find_or_add(0x1100, 0, false) == 0);
    CHECK(index.size() == 3);
    CHECK(index.at(0).address == 0x1100);
    CHECK(index.at(0).module == 0);
    CHECK(index.at(0).flags == 0);
    CHECK(index.at(1).module == 1);
    CHECK(index.at(2).module == dump::kNone);
}

TEST_CASE("a return address belongs to the call before it, an exact one to itself") {
    const std::vector<LoadedModule> mapped = {module_at(0x1000, 0x2000), module_at(0x2000, 0x3000)};
    AddressIndex index(mapped, {});
    const auto after_last_call = index.find_or_add(0x2000, 0, false);
    const auto first_instruction = index.find_or_add(0x2000, 0, true);
    CHECK(after_last_call != first_instruction);
    CHECK(index.at(after_last_call).module == 0);
    CHECK(index.at(first_instruction).module == 1);
    CHECK(index.at(first_instruction).flags == dump::kExact);
    CHECK(index.at(index.find_or_add(0x1000, 0, false)).module == dump::kNone);
    CHECK(index.at(index.find_or_add(0x3000, 0, false)).module == 1);
    CHECK(index.at(index.find_or_add(0x3000, 0, true)).module == dump::kNone);
}

TEST_CASE("an address of a retired stack belongs to what was there in its time") {
    const std::vector<LoadedModule> mapped = {module_at(0x1000, 0x2000)};
    const std::vector<LoadedModule> unloaded = {module_at(0x1000, 0x1800, 3),
                                                module_at(0x1000, 0x1800, 7)};
    AddressIndex index(mapped, unloaded);
    CHECK(index.at(index.find_or_add(0x1100, 0, false)).module == 0);
    CHECK(index.at(index.find_or_add(0x1100, 3, false)).module == 1);
    CHECK(index.at(index.find_or_add(0x1100, 7, false)).module == 2);
    CHECK(index.at(index.find_or_add(0x1900, 3, false)).module == 0);
    CHECK(index.size() == 4);
}

TEST_CASE("tens of thousands of addresses keep their numbers") {
    AddressIndex index({}, {});
    constexpr std::uint32_t kAddresses = 20'000;
    bool is_right = true;
    for (const int pass : {1, 2}) {
        for (std::uint32_t number = 0; number < kAddresses; ++number) {
            is_right = is_right && index.find_or_add(0x1000 + number * 5U, 0, false) == number;
        }
        CHECK(index.size() == kAddresses);
        static_cast<void>(pass);
    }
    for (std::uint32_t number = 0; number < kAddresses; ++number) {
        is_right = is_right && index.at(number).address == 0x1000 + number * 5U;
    }
    CHECK(is_right);
}

}  // namespace tracemalloc::preload
