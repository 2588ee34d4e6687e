// SPDX-License-Identifier: MIT
//
// What a function does with what it was given by a call, read from its code. A wrapper of malloc
// tests the block for null and returns it; who uses a block stores it, fills it or passes it on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tracemalloc::analyze {

/// Whether the code at the index `at`, where a call returned a pointer that is not null, returns
/// that pointer and does nothing else with it. Only the few instructions are known that such an end
/// of a function is made of; any other one, and any branch that hangs on something else, is a no.
bool returns_result(std::span<const unsigned char> code, std::size_t at) noexcept;

}  // namespace tracemalloc::analyze
