// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace tracemalloc::preload {

/// The whole file, or its first `room` bytes; returns how many, 0 when it cannot be read.
std::size_t read_small_file(const char* path, char* out, std::size_t room) noexcept;

}  // namespace tracemalloc::preload
