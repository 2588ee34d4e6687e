// SPDX-License-Identifier: MIT
#pragma once

#include <dlfcn.h>

namespace tracemalloc::preload {

/// Where in memory the loaded object that holds `address` starts; null if there is none. Takes no
/// lock.
inline const void* object_of(const void* address) noexcept {
    dl_find_object object{};
    return _dl_find_object(const_cast<void*>(address), &object) == 0 ? object.dlfo_map_start
                                                                     : nullptr;
}

}  // namespace tracemalloc::preload
