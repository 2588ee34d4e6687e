// SPDX-License-Identifier: MIT
// Stacks that vanish without returning, and others that grow over the same addresses.
#include <setjmp.h>
#include <stdlib.h>

#include "truth.h"

static jmp_buf home;
static volatile int sink;

TM_NOINLINE static void jump_from(int depth) {
    volatile char room[64];
    room[0] = (char)depth;
    free(TEMPORARY(malloc(opaque(10))));
    if (depth == 0)
        longjmp(home, 1);
    jump_from(depth - 1);
    sink = room[0];
}

TM_NOINLINE static void allocate_from(int depth, int last) {
    volatile char room[80];
    room[0] = (char)depth;
    if (depth == 0) {
        if (last)
            LIVE(after_jumps, 1201, malloc(opaque(1201)));
        else
            free(TEMPORARY(malloc(opaque(20))));
    } else {
        allocate_from(depth - 1, last);
    }
    sink = room[0];
}

int main(void) {
    for (volatile int round = 0; round < 2000; ++round) {
        if (setjmp(home) == 0)
            jump_from(round % 30);
        allocate_from(round % 20, 0);
    }
    allocate_from(9, 1);
    LIVE(from_main, 1202, malloc(opaque(1202)));
    return 0;
}
