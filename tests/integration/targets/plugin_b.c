// SPDX-License-Identifier: MIT
// One of two plugins of the same shape, for a loader that may give both the same address.
#include <stdlib.h>

#include "truth.h"

static volatile int shift;

TM_NOINLINE int plugin_b_only(int value) {
    return value + shift;
}

void* plugin_allocate(void) {
    return LIVE(plugin_b, 1002, malloc(opaque(1002)));
}
