// SPDX-License-Identifier: MIT
// A child of fork keeps its parent's blocks, adds its own and leaves by its own way; the other
// thread allocates all the while, so that the fork hits the recording at any point.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

static atomic_bool stop;

static void* allocate_all_the_time(void* unused) {
    (void)unused;
    while (!atomic_load(&stop))
        free(malloc(opaque(50)));
    return NULL;
}

int main(int argc, char** argv) {
    const int children = argc > 1 ? atoi(argv[1]) : 1;
    const int with_thread = argc > 2;
    pthread_t thread;
    if (with_thread)
        pthread_create(&thread, NULL, allocate_all_the_time, NULL);
    LIVE(parent_before, 601, malloc(opaque(601)));
    void* given_back = TEMPORARY(malloc(opaque(602)));
    for (int index = 0; index < children; ++index) {
        pid_t child = fork();
        if (child == 0) {
            LIVE(child, 603, malloc(opaque(603)));
            free(given_back);
            say("child %d", (int)getpid());
            if (index % 2 == 0)
                exit(0);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (status != 0)
            say("result child status %d", status);
    }
    free(given_back);
    LIVE(parent_after, 604, malloc(opaque(604)));
    atomic_store(&stop, true);
    if (with_thread)
        pthread_join(thread, NULL);
    return 0;
}
