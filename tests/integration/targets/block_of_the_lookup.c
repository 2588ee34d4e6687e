// SPDX-License-Identifier: MIT
// Grows, and frees, a block that was given out before any allocator was known (ifunc_allocator.c).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

#include "truth.h"

int main(int argc, char** argv) {
    char** const place = (char**)dlsym(RTLD_DEFAULT, "block_of_the_lookup");
    if (place == NULL || *place == NULL)
        return 2;
    LIVE(before, 4700, malloc(opaque(4700)));  // from here on the gate of sampling is open
    int zeros = 0;
    for (int index = 20; index < 100; ++index)
        zeros += (*place)[index] == 0;
    say("result %s, %d zeros", *place, zeros);
    if (argc > 1) {
        free(*place);
    } else {
        char* grown = LIVE(realloc, 3000, realloc(*place, opaque(3000)));
        say("result %s", grown);
    }
    LIVE(after, 4701, malloc(opaque(4701)));
    return 0;
}
