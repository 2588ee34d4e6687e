// SPDX-License-Identifier: MIT
// Forks with handlers that allocate, registered before everyone else's (early_handlers.c) and
// after, beside a thread that allocates. Arguments: how many; "ask": a handler raises the snapshot
// signal; "lock": a handler takes the lock under which the thread allocates.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

extern int early_asks_for_snapshots;
extern int early_takes_its_lock;
void early_allocate_with_lock(void);
void early_use_key(void);
void early_forget(void);

static atomic_bool stop;

static void* allocate_all_the_time(void* unused) {
    (void)unused;
    early_use_key();
    while (!atomic_load(&stop)) {
        free(TEMPORARY(malloc(opaque(60))));
        early_allocate_with_lock();
    }
    return NULL;
}

static void allocate(void) {
    free(TEMPORARY(malloc(opaque(70))));
}

int main(int argc, char** argv) {
    const int forks = argc > 1 ? atoi(argv[1]) : 1;
    early_asks_for_snapshots = argc > 2 && strcmp(argv[2], "ask") == 0;
    early_takes_its_lock = argc > 2 && strcmp(argv[2], "lock") == 0;
    pthread_atfork(allocate, allocate, allocate);
    pthread_t thread;
    pthread_create(&thread, NULL, allocate_all_the_time, NULL);
    int good = 0;
    for (int index = 0; index < forks; ++index) {
        const pid_t child = fork();
        if (child == 0)
            _exit(9);
        int status = 0;
        waitpid(child, &status, 0);
        good += WIFEXITED(status) && WEXITSTATUS(status) == 9;
    }
    say("result %d good", good);
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    early_forget();
    LIVE(after, 2601, malloc(opaque(2601)));
    return 0;
}
