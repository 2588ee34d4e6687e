// SPDX-License-Identifier: MIT
// The snapshot signal to two threads at the same moment, as often as the first argument says.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "truth.h"

static pthread_barrier_t together;
static int rounds;

static void* raise_together(void* unused) {
    (void)unused;
    for (int round = 0; round < rounds; ++round) {
        void* block = malloc(opaque(100));
        pthread_barrier_wait(&together);
        pthread_kill(pthread_self(), SIGUSR1);
        pthread_barrier_wait(&together);
        free(block);
    }
    return NULL;
}

int main(int argc, char** argv) {
    rounds = argc > 1 ? atoi(argv[1]) : 1;
    pthread_t threads[2];
    pthread_barrier_init(&together, NULL, 2);
    for (int index = 0; index < 2; ++index)
        pthread_create(&threads[index], NULL, raise_together, NULL);
    for (int index = 0; index < 2; ++index)
        pthread_join(threads[index], NULL);
    say("result done");
    return 0;
}
