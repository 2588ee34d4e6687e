// SPDX-License-Identifier: MIT
#include "preload/capture/entry_points.h"

namespace tracemalloc::preload {

constinit EntryPoints g_entry_points;

}  // namespace tracemalloc::preload
