// SPDX-License-Identifier: MIT
// Several threads end the process at the same moment, by exit, _exit and _Exit.
#include <pthread.h>
#include <stdlib.h>

#include "truth.h"

enum { kThreads = 6 };
static pthread_barrier_t together;

static void* leave(void* which) {
    free(TEMPORARY(malloc(opaque(100))));
    pthread_barrier_wait(&together);
    switch ((size_t)which) {
        case 0:
            exit(7);
        case 1:
        case 2:
        case 3:
            _exit(7);
        default:
            _Exit(7);
    }
}

int main(void) {
    LIVE(main, 2501, malloc(opaque(2501)));
    pthread_barrier_init(&together, NULL, kThreads);
    pthread_t threads[kThreads];
    for (size_t which = 0; which < kThreads; ++which)
        pthread_create(&threads[which], NULL, leave, (void*)which);
    for (int which = 0; which < kThreads; ++which)
        pthread_join(threads[which], NULL);
    return 0;
}
