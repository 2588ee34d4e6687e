// SPDX-License-Identifier: MIT
// Forks beside threads that never stop allocating. Each child takes another way: it exits, leaves
// by _exit, starts threads of its own, becomes another program, or forks again. Argument: how many.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

enum { kThreads = 2, kWays = 5 };

static atomic_bool stop;

static void* allocate_all_the_time(void* unused) {
    (void)unused;
    unsigned random = 1;
    while (!atomic_load(&stop)) {
        random = random * 1664525U + 1013904223U;
        void* block = malloc(1 + random % 3000);
        block = realloc(block, 1 + (random >> 8) % 3000);
        free(block);
    }
    return NULL;
}

static void* allocate_once(void* unused) {
    (void)unused;
    hold(malloc(opaque(2101)));
    return NULL;
}

static void live_as_child(int way) {
    hold(malloc(opaque(2102)));
    if (way == 1)
        _exit(11);
    if (way == 2) {
        pthread_t threads[3];
        for (int index = 0; index < 3; ++index)
            pthread_create(&threads[index], NULL, allocate_once, NULL);
        for (int index = 0; index < 3; ++index)
            pthread_join(threads[index], NULL);
    }
    if (way == 3) {
        execl("/bin/true", "true", (char*)NULL);
        _exit(127);
    }
    if (way == 4) {
        const pid_t grandchild = fork();
        if (grandchild == 0)
            exit(0);
        int status = 0;
        waitpid(grandchild, &status, 0);
        if (status != 0)
            _exit(126);
    }
    exit(way == 0 ? 10 : 0);
}

int main(int argc, char** argv) {
    const int children = argc > 1 ? atoi(argv[1]) : 10;
    pthread_t threads[kThreads];
    LIVE(parent, 2100, malloc(opaque(2100)));
    for (int index = 0; index < kThreads; ++index)
        pthread_create(&threads[index], NULL, allocate_all_the_time, NULL);
    static const int expected[kWays] = {10, 11, 0, 0, 0};
    int as_expected = 0;
    for (int index = 0; index < children; ++index) {
        const pid_t child = fork();
        if (child == 0)
            live_as_child(index % kWays);
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == expected[index % kWays])
            ++as_expected;
        else
            say("result child of way %d: status %x", index % kWays, status);
    }
    say("result %d children as expected", as_expected);
    atomic_store(&stop, true);
    for (int index = 0; index < kThreads; ++index)
        pthread_join(threads[index], NULL);
    return 0;
}
