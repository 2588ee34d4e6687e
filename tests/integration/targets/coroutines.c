// SPDX-License-Identifier: MIT
// Coroutines on stacks of their own, in the heap and mapped, allocating in turn.
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "truth.h"

enum { kRoutines = 4, kStack = 65536 };

static ucontext_t main_context, contexts[kRoutines];

TM_NOINLINE static void step(int which, int depth) {
    if (depth > 0) {
        step(which, depth - 1);
    } else {
        free(TEMPORARY(malloc(opaque(30))));
        swapcontext(&contexts[which], &contexts[(which + 1) % kRoutines]);
        free(TEMPORARY(malloc(opaque(40))));
    }
    errno = 0;
}

static void routine(int which) {
    for (int round = 0; round < 200; ++round)
        step(which, (round + which) % 10);
    LIVE(coroutine, 1301, malloc(opaque(1301)));
    if (which == kRoutines - 1)
        setcontext(&main_context);
    setcontext(&contexts[which + 1]);
}

int main(void) {
    void* stacks[kRoutines];
    for (int which = 0; which < kRoutines; ++which) {
        if (which % 2 == 0) {
            stacks[which] = malloc(kStack);
        } else {
            stacks[which] =
                mmap(NULL, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        }
        getcontext(&contexts[which]);
        contexts[which].uc_stack.ss_sp = stacks[which];
        contexts[which].uc_stack.ss_size = kStack;
        contexts[which].uc_link = NULL;
        makecontext(&contexts[which], (void (*)(void))routine, 1, which);
    }
    swapcontext(&main_context, &contexts[0]);
    for (int which = 0; which < kRoutines; which += 2)
        free(stacks[which]);
    LIVE(from_main, 1302, malloc(opaque(1302)));
    return 0;
}
