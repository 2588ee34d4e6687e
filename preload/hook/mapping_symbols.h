// SPDX-License-Identifier: MIT
#pragma once

namespace tracemalloc::preload {

/// From now on the program's own mappings are recorded. After find_next_functions().
void record_mappings() noexcept;

}  // namespace tracemalloc::preload
