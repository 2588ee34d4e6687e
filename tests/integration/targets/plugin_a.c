// SPDX-License-Identifier: MIT
// One of two plugins of the same shape, for a loader that may give both the same address.
#include <stdlib.h>

#include "truth.h"

void* plugin_allocate(void) {
    return LIVE(plugin_a, 1001, malloc(opaque(1001)));
}
