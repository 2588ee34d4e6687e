// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "analyzer/model/frame.h"

namespace tracemalloc::analyze {

/// What a frame is called where there is room for one name: its function, else file and line, else
/// module and offset. Never empty, one line, without control characters.
std::string frame_label(const Frame& frame);

/// The last part of a path.
std::string_view file_of(std::string_view path) noexcept;

}  // namespace tracemalloc::analyze
