// SPDX-License-Identifier: MIT
// Blocks of 8 bytes side by side, of every kind of call, and freed in another order: for allocators
// that are not glibc's. Prints how close two blocks come.
#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "truth.h"

enum { kSmall = 4000 };

int main(void) {
    void* small[kSmall];
    for (int index = 0; index < kSmall; ++index)
        small[index] = malloc(opaque(8));
    const int line = __LINE__ - 1;
    uintptr_t closest = UINTPTR_MAX;
    for (int index = 1; index < kSmall; ++index) {
        const uintptr_t apart = (uintptr_t)small[index] - (uintptr_t)small[index - 1];
        if (apart < closest && apart > 0)
            closest = apart;
    }
    for (int index = 0; index < kSmall; index += 2)
        free(small[index]);
    for (int index = 1; index < kSmall; index += 4)
        small[index] = realloc(small[index], opaque(9));
    const int again = __LINE__ - 1;
    for (int index = 1; index < kSmall; index += 2)
        hold(small[index]);
    say("truth small 8 %d %d", kSmall / 4, line);
    say("truth grown 9 %d %d", kSmall / 4, again);
    say("result closest %d", (int)closest);
    LIVE(calloc, 5000, calloc(50, opaque(100)));
    LIVE(aligned_alloc, 4096, aligned_alloc(4096, opaque(4096)));
    LIVE(memalign, 100, memalign(64, opaque(100)));
    void* block = NULL;
    posix_memalign(&block, 256, opaque(1000));
    live(block, "posix_memalign", 1000, __LINE__ - 1);
    LIVE(large, 3000000, malloc(opaque(3000000)));
    free(TEMPORARY(malloc(opaque(5000000))));
    void* moved = TEMPORARY(malloc(opaque(40)));
    LIVE(realloc, 400000, realloc(moved, opaque(400000)));
    return 0;
}
