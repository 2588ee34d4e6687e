// SPDX-License-Identifier: MIT
//
// What the kernel tells of this process. All of it best effort: a sandbox without /proc leaves it
// empty.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "preload/platform/text_buffer.h"

namespace tracemalloc::preload {

struct ResidentMemory {
    std::uint64_t now_bytes = 0;
    std::uint64_t peak_bytes = 0;
};
ResidentMemory resident_memory() noexcept;
/// Only what is resident now; on a stack that may be small.
std::uint64_t resident_bytes() noexcept;

using PathText = TextBuffer<PATH_MAX>;
PathText executable_path() noexcept;
TextBuffer<65> host_name() noexcept;
/// The name the program was started by, without directories: what people call it, where the
/// executable is one of many names (busybox, redis-server). The executable's where that is unknown.
PathText program_name() noexcept;
/// Without directories.
std::string_view base_name(std::string_view path) noexcept;

}  // namespace tracemalloc::preload
