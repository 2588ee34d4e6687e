// SPDX-License-Identifier: MIT
// Frames that simple rules do not describe: alloca, variable arrays, realigned stacks, many
// arguments, frame pointers here and there, and a caller whose stack changes shape between calls.
#include <alloca.h>
#include <stdlib.h>

#include "truth.h"

static volatile char sink;

TM_NOINLINE static void with_alloca(size_t size) {
    volatile char* room = alloca(size);
    room[0] = 1;
    free(TEMPORARY(malloc(opaque(10))));
    volatile char* more = alloca(size * 2 + 1);
    more[size] = 2;
    LIVE(alloca, 1401, malloc(opaque(1401)));
    sink = room[0] + more[size];
}

TM_NOINLINE static void with_array(size_t size) {
    volatile char room[size];
    room[size - 1] = 3;
    with_alloca(size / 2 + 1);
    LIVE(variable_array, 1402, malloc(opaque(1402)));
    sink = room[size - 1];
}

TM_NOINLINE __attribute__((force_align_arg_pointer)) static void realigned(size_t size) {
    volatile __attribute__((aligned(128))) char room[256];
    room[3] = 4;
    with_array(size);
    LIVE(realigned, 1403, malloc(opaque(1403)));
    sink = room[3];
}

TM_NOINLINE __attribute__((optimize("no-omit-frame-pointer"))) static void framed(size_t size) {
    realigned(size);
    LIVE(frame_pointer, 1404, malloc(opaque(1404)));
    sink = 0;
}

TM_NOINLINE static size_t many(size_t a, size_t b, size_t c, size_t d, size_t e, size_t f, size_t g,
                               size_t h, size_t i) {
    framed(a + i);
    LIVE(many_arguments, 1405, malloc(opaque(1405)));
    return a + b + c + d + e + f + g + h + i;
}

int main(void) {
    size_t sum = 0;
    for (size_t round = 0; round < 300; ++round) {
        sum += many(round, 1, 2, 3, 4, 5, 6, 7, 100 + round * 13 % 50);
        if (round % 2 == 0)
            with_array(round + 1);
        if (round % 3 == 0)
            realigned(round + 1);
    }
    say("result %zu", sum);
    return 0;
}
