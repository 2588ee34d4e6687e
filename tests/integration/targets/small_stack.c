// SPDX-License-Identifier: MIT
// Threads with the smallest stack there is allocate and are hit by the snapshot signal.
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

static void* allocate(void* with_signal) {
    LIVE(small_stack, 1601, malloc(opaque(1601)));
    if (with_signal != NULL)
        pthread_kill(pthread_self(), SIGUSR1);
    LIVE(small_stack, 1602, malloc(opaque(1602)));
    return NULL;
}

int main(int argc, char** argv) {
    (void)argv;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN);
    for (int index = 0; index < 3; ++index) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, allocate, argc > 1 ? &thread : NULL) != 0)
            return 1;
        pthread_join(thread, NULL);
    }
    return 0;
}
