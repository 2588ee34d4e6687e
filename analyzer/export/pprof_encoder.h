// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "analyzer/export/pprof_profile.h"

namespace tracemalloc::analyze {

/// The message `perftools.profiles.Profile`, not compressed.
std::string encode_pprof(const PprofProfile& profile);

}  // namespace tracemalloc::analyze
