// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "analyzer/signal_name.h"

namespace tracemalloc::analyze {

/// What TRACEMALLOC_SIGNAL accepts: a name with or without SIG, a number, or "none".
bool is_snapshot_signal(std::string_view text);

}  // namespace tracemalloc::analyze
