// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tracemalloc::analyze {

/// One gzip member, without a name or a time: equal content gives equal bytes.
std::string gzip(std::string_view content);

}  // namespace tracemalloc::analyze
