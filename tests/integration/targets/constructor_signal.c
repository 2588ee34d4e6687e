// SPDX-License-Identifier: MIT
// A plugin whose constructor waits, with the loader's lock held, for a thread that asks for a
// snapshot and allocates.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

static void* ask(void* unused) {
    (void)unused;
    LIVE(thread, 4801, malloc(opaque(4801)));
    raise(SIGUSR1);
    LIVE(thread, 4802, malloc(opaque(4802)));
    return NULL;
}

__attribute__((constructor)) static void on_load(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, ask, NULL);
    pthread_join(thread, NULL);
}
