// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tracemalloc::preload {

/// Why a dump could not be written, as people say it; empty for an errno that has no words here.
std::string_view file_error_text(int error) noexcept;

}  // namespace tracemalloc::preload
