// SPDX-License-Identifier: MIT
// Changes how much is recorded while it allocates. `threads`: in eight threads at once, which keep
// blocks of known number and size; `fork`: in a parent and its child; `switch`: between two blocks,
// of which neither is temporary; `exact`: once, before any sample.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/api/tracemalloc.h"

enum { THREADS = 8, BLOCKS = 20000 };

static void* keep[THREADS * BLOCKS];

static size_t traced(void) {
    size_t current = 0;
    tracemalloc_get_traced_memory(&current, NULL);
    return current;
}

static __attribute__((noinline)) void allocate(void** to, int count, size_t size) {
    for (int i = 0; i < count; ++i) {
        to[i] = malloc(size);
    }
}

static void release(void** from, int count) {
    for (int i = 0; i < count; ++i) {
        free(from[i]);
    }
}

static const char* about(size_t value, size_t truth) {
    return value > truth - truth / 10 && value < truth + truth / 10 ? "about right" : "wrong";
}

static void calls(void) {
    printf("too much %d\n", tracemalloc_set_sampling(TRACEMALLOC_SAMPLING_MAX + 1));
    printf("set %d\n", tracemalloc_set_sampling(0));
    printf("mean %zu\n", tracemalloc_get_sampling());
    size_t before = traced();
    allocate(keep, 100, 100);
    printf("exact %zu\n", traced() - before);
    printf("set %d\n", tracemalloc_set_sampling(1000));
    printf("mean %zu\n", tracemalloc_get_sampling());
    before = traced();
    allocate(keep + 100, BLOCKS, 100);
    printf("sampled %s\n", about(traced() - before, BLOCKS * 100));
    tracemalloc_set_sampling(0);
    before = traced();
    allocate(keep + 100 + BLOCKS, 10, 7);
    printf("exact again %zu\n", traced() - before);
    release(keep, 100 + BLOCKS + 10);
    printf("left %d\n", (int)(traced() < 100000));
}

static void* work(void* number) {
    void** own = keep + (size_t)number * BLOCKS;
    for (int round = 0; round < 10; ++round) {
        tracemalloc_set_sampling((size_t)64 << round % 4);
        allocate(own + round * (BLOCKS / 10), BLOCKS / 10, 48);
        for (int i = 0; i < 1000; ++i) {
            void* block = malloc(500);
            __asm__ volatile("" : : "r"(block) : "memory");
            free(block);
        }
    }
    return NULL;
}

static void threads(void) {
    size_t before = traced();
    pthread_t all[THREADS];
    for (size_t i = 0; i < THREADS; ++i) {
        pthread_create(&all[i], NULL, work, (void*)i);
    }
    for (int i = 0; i < THREADS; ++i) {
        pthread_join(all[i], NULL);
    }
    printf("threads %s\n", about(traced() - before, (size_t)THREADS * BLOCKS * 48));
    before = traced();
    for (int i = 0; i < THREADS * BLOCKS; i += 2) {
        free(keep[i]);
    }
    printf("half freed %s\n", about(before - traced(), (size_t)THREADS * BLOCKS * 24));
}

static void in_child(void) {
    tracemalloc_set_sampling(512);
    allocate(keep, BLOCKS, 200);
    printf("parent %s\n", about(traced(), BLOCKS * 200));
    fflush(stdout);
    if (fork() == 0) {
        const size_t before = traced();
        allocate(keep + BLOCKS, BLOCKS, 200);
        printf("child %s\n", about(traced() - before, BLOCKS * 200));
        release(keep, BLOCKS);
        printf("inherited freed %s\n", about(traced(), BLOCKS * 200));
        exit(0);
    }
    wait(NULL);
}

static void* choose_exact(void* unused) {
    tracemalloc_set_sampling(0);
    return unused;
}

static void switch_between(void) {
    tracemalloc_set_sampling(0);
    allocate(keep, 1, 20000);
    tracemalloc_set_sampling((size_t)1 << 30);
    allocate(keep + 1, 10, 7);
    release(keep, 1);
    tracemalloc_set_sampling(1);
    pthread_t other;
    pthread_create(&other, NULL, choose_exact, NULL);
    pthread_join(other, NULL);
    allocate(keep, 1, 30000);  // the last sample of this thread, which then learns of it
    allocate(keep + 11, 10, 7);
    release(keep, 21);
}

int main(int argc, char** argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("begin");
    const char* what = argc > 1 ? argv[1] : "calls";
    if (strcmp(what, "threads") == 0) {
        threads();
    } else if (strcmp(what, "fork") == 0) {
        in_child();
    } else if (strcmp(what, "exact") == 0) {
        choose_exact(NULL);
        allocate(keep, 100, 7);
    } else if (strcmp(what, "switch") == 0) {
        switch_between();
    } else {
        calls();
    }
    return 0;
}
