// SPDX-License-Identifier: MIT
// One block below as many frames of descend() as the first argument says.
#include <stdlib.h>

#include "truth.h"

static volatile int after;

TM_NOINLINE static void descend(int depth) {
    if (depth == 0) {
        LIVE(malloc, 801, malloc(opaque(801)));
    } else {
        descend(depth - 1);
    }
    after = depth;  // no tail call
}

int main(int argc, char** argv) {
    descend(argc > 1 ? atoi(argv[1]) : 10);
    return 3;
}
