// SPDX-License-Identifier: MIT
// Two threads for whom every block is the other's of a moment ago: one size, resized to another,
// with a cache that keeps nothing back. Nothing lives at the end but what is said.
#include <pthread.h>
#include <stdlib.h>

#include "truth.h"

enum { kRounds = 20000 };

static void* take_turns(void* unused) {
    (void)unused;
    for (int round = 0; round < kRounds; ++round) {
        void* block = malloc(opaque(2000));
        block = realloc(block, opaque(3000));
        block = realloc(block, opaque(1000));
        if (round % 4 == 0 && realloc(block, opaque(0)) == NULL)
            continue;
        free(block);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    for (int index = 0; index < 2; ++index)
        pthread_create(&threads[index], NULL, take_turns, NULL);
    for (int index = 0; index < 2; ++index)
        pthread_join(threads[index], NULL);
    LIVE(end, 8101, malloc(opaque(8101)));
    return 0;
}
