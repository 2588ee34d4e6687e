// SPDX-License-Identifier: MIT
// A thread of a fork child gets what the tracer kept of a thread that the parent had: neither its
// sample, nor its stacks. Threads allocate and stay; in the child others come, each with a tag, and
// keep a few blocks. Arguments: how many threads, and where the child writes its snapshot.
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/api/tracemalloc.h"

enum { MOST_THREADS = 8, BLOCKS = 10 };

static int g_threads;

static pthread_barrier_t g_barrier;
static int g_is_child;

static void* allocate(void* unused) {
    if (g_is_child) {
        tracemalloc_tag("worker");
    }
    for (int number = 0; number < BLOCKS; ++number) {
        void* volatile block = malloc(1000);
        (void)block;
    }
    pthread_barrier_wait(&g_barrier);
    if (!g_is_child) {
        pause();
    }
    return unused;
}

static void run_threads(pthread_t* threads) {
    pthread_barrier_init(&g_barrier, NULL, g_threads + 1);
    for (int number = 0; number < g_threads; ++number) {
        pthread_create(&threads[number], NULL, allocate, NULL);
    }
    pthread_barrier_wait(&g_barrier);
}

int main(int argc, char** argv) {
    pthread_t threads[MOST_THREADS];
    g_threads = atoi(argv[1]);
    run_threads(threads);
    if (fork() == 0) {
        g_is_child = 1;
        run_threads(threads);
        for (int number = 0; number < g_threads; ++number) {
            pthread_join(threads[number], NULL);
        }
        _exit(tracemalloc_take_snapshot(argv[2]));
    }
    int status = 0;
    wait(&status);
    _exit(WEXITSTATUS(status));
}
