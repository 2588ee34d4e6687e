// SPDX-License-Identifier: MIT
// The snapshot signal in a storm of allocations. "raise N": each of four threads raises it N times
// at itself. "kill N": a fifth thread sends it N times to threads that are in the middle of it all.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "truth.h"

enum { kThreads = 4, kSlots = 64 };
static atomic_bool stop;
static int raises;

static void* allocate(void* seed) {
    unsigned random = (unsigned)(size_t)seed;
    void* blocks[kSlots] = {NULL};
    int left = raises;
    for (unsigned index = 0; left > 0 || (raises == 0 && !atomic_load(&stop)); ++index) {
        random = random * 1664525U + 1013904223U;
        void** slot = &blocks[random >> 8 & (kSlots - 1)];
        *slot = realloc(*slot, 1 + (random >> 16) % 2000);
        if (index % 8 == 0 && left > 0) {
            raise(SIGUSR1);
            --left;
        }
    }
    for (int index = 0; index < kSlots; ++index)
        free(blocks[index]);
    return NULL;
}

int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    const int count = atoi(argv[2]);
    const int is_kill = strcmp(argv[1], "kill") == 0;
    raises = is_kill ? 0 : count;
    pthread_t threads[kThreads];
    for (size_t which = 0; which < kThreads; ++which)
        pthread_create(&threads[which], NULL, allocate, (void*)(which + 1));
    for (int index = 0; is_kill && index < count; ++index)
        pthread_kill(threads[index % kThreads], SIGUSR1);
    atomic_store(&stop, true);
    for (int which = 0; which < kThreads; ++which)
        pthread_join(threads[which], NULL);
    LIVE(after, 3101, malloc(opaque(3101)));
    return 0;
}
