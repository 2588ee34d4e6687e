// SPDX-License-Identifier: MIT
// A signal hits threads around their first hook, and its handler leaves by longjmp. What they
// allocate afterwards is recorded all the same.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "preload/api/tracemalloc.h"

enum { THREADS = 1500, BYTES = 1 << 16 };

static __thread sigjmp_buf t_outside;
static __thread volatile sig_atomic_t t_may_jump;
static atomic_int g_is_ready;
static void* g_kept[THREADS];

static void jump(int number) {
    (void)number;
    if (t_may_jump) {
        t_may_jump = 0;
        siglongjmp(t_outside, 1);
    }
}

static void* begin(void* place) {
    if (sigsetjmp(t_outside, 1) == 0) {
        t_may_jump = 1;
        atomic_store(&g_is_ready, 1);
        tracemalloc_is_tracing();
        for (volatile int wait = 0; wait < 20000; ++wait) {
        }
        t_may_jump = 0;
    }
    *(void**)place = malloc(BYTES);
    return NULL;
}

int main(void) {
    signal(SIGUSR2, jump);
    tracemalloc_is_tracing();  // the process itself has begun
    size_t before = 0, after = 0;
    tracemalloc_get_traced_memory(&before, NULL);
    for (int number = 0; number < THREADS; ++number) {
        pthread_t thread;
        atomic_store(&g_is_ready, 0);
        pthread_create(&thread, NULL, begin, &g_kept[number]);
        while (!atomic_load(&g_is_ready)) {
        }
        for (volatile int wait = 0; wait < number % 40 * 20; ++wait) {
        }
        pthread_kill(thread, SIGUSR2);
        pthread_join(thread, NULL);
    }
    tracemalloc_get_traced_memory(&after, NULL);
    printf("recorded %zu of %d\n", (after - before) / BYTES, THREADS);
    return 0;
}
