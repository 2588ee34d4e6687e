// SPDX-License-Identifier: MIT
// Threads that come and go, a few hundred of them, each leaving one block for main to free or keep.
#include <pthread.h>
#include <stdlib.h>

#include "truth.h"

enum { kRounds = 40, kThreads = 10 };

static void* allocate(void* unused) {
    (void)unused;
    free(TEMPORARY(malloc(opaque(99))));
    void* block = hold(malloc(opaque(1701)));  // held, for a call at the end would leave no frame
    return block;
}
enum { kLine = __LINE__ - 3 };

int main(void) {
    for (int round = 0; round < kRounds; ++round) {
        pthread_t threads[kThreads];
        for (int index = 0; index < kThreads; ++index)
            pthread_create(&threads[index], NULL, allocate, NULL);
        for (int index = 0; index < kThreads; ++index) {
            void* block = NULL;
            pthread_join(threads[index], &block);
            if (index % 2 == 0)
                free(block);
        }
    }
    say("truth thread 1701 %d %d", kRounds * kThreads / 2, kLine);
    return 0;
}
