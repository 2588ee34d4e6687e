// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "analyzer/model/frame.h"

namespace tracemalloc::analyze {

/// Whether a frame lies in what the system brings: its libraries, headers and start code, not in
/// the program `exe` and what was built with it. Told by paths alone.
bool is_system_place(const Frame& frame, std::string_view exe) noexcept;

}  // namespace tracemalloc::analyze
