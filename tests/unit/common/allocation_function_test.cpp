// SPDX-License-Identifier: MIT
#include "common/allocation_function.h"

#include <string_view>

#include "tests/support/catch.h"

namespace tracemalloc {

TEST_CASE("the numbers of allocation functions on disk stay what they are") {
    CHECK(static_cast<std::uint32_t>(AllocationFunction::malloc) == 1);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::calloc) == 2);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::realloc) == 3);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::posix_memalign) == 4);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::aligned_alloc) == 5);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::memalign) == 6);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::valloc) == 7);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::pvalloc) == 8);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::operator_new) == 9);
    CHECK(static_cast<std::uint32_t>(AllocationFunction::operator_new_array) == 10);
}

TEST_CASE("every allocation function has a name and a place in an array") {
    for (std::uint32_t function = 1; function < kAllocationFunctionEnd; ++function) {
        CHECK(allocation_function_name(function) != nullptr);
    }
    CHECK(std::string_view(allocation_function_name(10)) == "operator new[]");
    CHECK(allocation_function_name(0) == nullptr);
    CHECK(allocation_function_name(kAllocationFunctionEnd) == nullptr);
}

}  // namespace tracemalloc
