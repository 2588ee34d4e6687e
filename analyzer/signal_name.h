// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <string>

namespace tracemalloc::analyze {

/// "SIGTERM"; "signal 40" for those without a name.
inline std::string signal_name(int signal) {
    const char* const name = ::sigabbrev_np(signal);
    return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

}  // namespace tracemalloc::analyze
