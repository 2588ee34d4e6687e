// SPDX-License-Identifier: MIT
// Threads that are cancelled while they allocate, at the next point where that may happen; each has
// a clean-up handler that frees what it holds.
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "truth.h"

enum { kThreads = 100 };

static void free_block(void* block) {
    free(*(void**)block);
}

static void* allocate(void* is_running) {
    void* volatile block = NULL;
    pthread_cleanup_push(free_block, (void*)&block);
    for (unsigned index = 0;; ++index) {
        block = realloc(block, opaque(1 + index % 5000));
        atomic_store((atomic_bool*)is_running, true);
        if (index % 16 == 0)
            pthread_testcancel();
    }
    pthread_cleanup_pop(1);
    return NULL;
}

int main(void) {
    int cancelled = 0;
    for (int index = 0; index < kThreads; ++index) {
        atomic_bool is_running = false;
        pthread_t thread;
        pthread_create(&thread, NULL, allocate, &is_running);
        while (!atomic_load(&is_running)) {
        }
        pthread_cancel(thread);
        void* result = NULL;
        pthread_join(thread, &result);
        cancelled += result == PTHREAD_CANCELED;
    }
    say("result cancelled %d", cancelled);
    LIVE(after, 5301, malloc(opaque(5301)));
    return 0;
}
