// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tracemalloc::analyze {

/// "SIGTERM"; "signal 40" for those without a name.
std::string signal_name(int signal);

/// What TRACEMALLOC_SIGNAL accepts: a name with or without SIG, a number, or "none".
bool is_snapshot_signal(std::string_view text);

}  // namespace tracemalloc::analyze
