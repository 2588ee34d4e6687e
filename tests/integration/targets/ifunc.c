// SPDX-License-Identifier: MIT
// Functions chosen by the loader: one of the program's own that allocates, and libc's memset.
#include <stdlib.h>

#include "truth.h"

static void* allocate_plainly(size_t size) {
    void* block = malloc(size);
    memset(block, 1, size);
    return block;
}

enum { kAllocateLine = __LINE__ - 5 };

static void* (*choose(void))(size_t) {
    return allocate_plainly;
}

void* allocate(size_t size) __attribute__((ifunc("choose")));

int main(void) {
    hold(allocate(opaque(4501)));
    say("truth ifunc 4501 1 %d", kAllocateLine);
    return 0;
}
