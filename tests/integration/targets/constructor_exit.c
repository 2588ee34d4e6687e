// SPDX-License-Identifier: MIT
// A plugin whose constructor waits, with the loader's lock held, for a thread that ends the
// process.
#include <pthread.h>
#include <stdlib.h>

#include "truth.h"

static void* leave(void* unused) {
    (void)unused;
    LIVE(thread, 4301, malloc(opaque(4301)));
    _exit(7);
}

__attribute__((constructor)) static void on_load(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, leave, NULL);
    pthread_join(thread, NULL);
}
