// SPDX-License-Identifier: MIT
// Starts, stops, clears and changes of nframe (argv[1] of them) while threads allocate, free,
// resize, track and tag, and other threads come and go. In the end everything is freed or kept as
// told, and the totals are exact.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "preload/api/tracemalloc.h"

enum { kThreads = 4, kSlots = 64 };

static atomic_int g_is_done;
static atomic_ulong g_turns;

static void* load(void* argument) {
    unsigned state = (unsigned)(size_t)argument * 2654435761u + 1;
    void* slots[kSlots] = {0};
    while (!atomic_load_explicit(&g_is_done, memory_order_relaxed)) {
        state = state * 1664525u + 1013904223u;
        void** slot = &slots[state >> 8 & (kSlots - 1)];
        switch (state >> 28) {
            case 0:
                *slot = realloc(*slot, state % 3000 + 1);
                break;
            case 1:
                tracemalloc_track(3, slot, state % 100);
                break;
            case 2:
                tracemalloc_untrack(3, slot);
                break;
            case 3:
                tracemalloc_tag(state & 16384 ? "storm" : NULL);
                break;
            default:
                free(*slot);
                *slot = malloc(state % 3000);
        }
        atomic_fetch_add_explicit(&g_turns, 1, memory_order_relaxed);
    }
    for (int i = 0; i < kSlots; i++) {
        free(slots[i]);
        tracemalloc_untrack(3, &slots[i]);
    }
    return NULL;
}

static void* live_shortly(void* unused) {
    free(malloc(100));
    return unused;
}

static void* come_and_go(void* unused) {
    while (!atomic_load_explicit(&g_is_done, memory_order_relaxed)) {
        pthread_t threads[kThreads];
        for (int i = 0; i < kThreads; i++) {
            pthread_create(&threads[i], NULL, live_shortly, NULL);
        }
        for (int i = 0; i < kThreads; i++) {
            pthread_join(threads[i], NULL);
        }
    }
    return unused;
}

static int change(int number) {
    switch (number % 8) {
        case 0:
        case 4:
            return tracemalloc_stop();
        case 1:
        case 5:
            return tracemalloc_start(number % 16 == 1 ? 3 : 40);
        case 2:
            return tracemalloc_clear_traces();
        case 3:
            return tracemalloc_reset_peak();
        default:
            return tracemalloc_stop() | tracemalloc_start(1 + number % 500);
    }
}

int main(int argc, char** argv) {
    int changes = argc > 1 ? atoi(argv[1]) : 1000;
    int failures = 0;
    pthread_t threads[kThreads + 1];
    for (size_t i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, load, (void*)i);
    }
    pthread_create(&threads[kThreads], NULL, come_and_go, NULL);
    for (int i = 0; i < changes; i++) {
        failures += change(i) != 0;
    }
    while (atomic_load(&g_turns) < 100) {
    }
    atomic_store(&g_is_done, 1);
    for (int i = 0; i <= kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("failures %d\n", failures);
    printf("worked %d\n", atomic_load(&g_turns) > 0);
    printf("stop %d\n", tracemalloc_stop());
    printf("start %d\n", tracemalloc_start(7));
    size_t before = 0, current = 0, peak = 0;
    tracemalloc_get_traced_memory(&before, NULL);
    void* volatile kept[10];
    for (int i = 0; i < 10; i++) {
        kept[i] = malloc(100);
    }
    tracemalloc_get_traced_memory(&current, &peak);
    printf("ten blocks of 100: %zu, peak %zu\n", current - before, peak - before);
    return kept[9] == NULL;
}
