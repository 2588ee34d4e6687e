// SPDX-License-Identifier: MIT
// Every function of tracemalloc.h once, with what it answers, one line each: `NAME RESULT…`.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "preload/api/tracemalloc.h"

static void* keep[64];

static void memory(const char* when) {
    size_t current = 77, peak = 77;
    int result = tracemalloc_get_traced_memory(&current, &peak);
    printf("%s %d %zu %zu\n", when, result, current, peak);
}

static __attribute__((noinline)) void* allocate(size_t size) {
    void* block = malloc(size);
    __asm__ volatile("" ::: "memory");
    return block;
}

static __attribute__((noinline)) void* allocate_deep(int depth, size_t size) {
    void* block = depth == 0 ? allocate(size) : allocate_deep(depth - 1, size);
    __asm__ volatile("" ::: "memory");
    return block;
}

static void errors(void) {
    char tag[64];
    memset(tag, 'x', sizeof tag);
    tag[48] = 0;
    errno = 12345;
    printf("start 0: %d, 513: %d\n", tracemalloc_start(0), tracemalloc_start(513));
    printf("tag of 48: %d\n", tracemalloc_tag(tag));
    tag[47] = 0;
    printf("tag of 47: %d\n", tracemalloc_tag(tag));
    printf("none: %d\n", tracemalloc_tag(NULL));
    printf("track null: %d\n", tracemalloc_track(1, NULL, 1));
    printf("track in the library's domain: %d\n",
           tracemalloc_track(TRACEMALLOC_DOMAIN_MMAP, &errno, 1));
    printf("snapshot nowhere: %d, unnamed: %d\n", tracemalloc_take_snapshot("/nowhere/x.bin"),
           tracemalloc_take_snapshot(""));
    printf("errno %d\n", errno);
}

static void traceback(void) {
    void* frames[8] = {0};
    void* block = allocate_deep(10, 32);
    size_t depth = tracemalloc_get_object_traceback(block, frames, 3);
    printf("traceback %zu, filled %d%d%d%d\n", depth, frames[0] != 0, frames[1] != 0,
           frames[2] != 0, frames[3] != 0);
    printf("traceback of nothing %zu\n",
           tracemalloc_get_object_traceback((char*)block + 4096, frames, 8));
    free(block);
    printf("traceback of a freed one %zu\n", tracemalloc_get_object_traceback(block, frames, 8));
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("begin");  // the buffer of stdout
    printf("tracing %d limit %d\n", tracemalloc_is_tracing(), tracemalloc_get_traceback_limit());
    errors();
    printf("stop %d\n", tracemalloc_stop());
    printf("stop again %d tracing %d\n", tracemalloc_stop(), tracemalloc_is_tracing());
    memory("stopped");
    keep[0] = malloc(5000);
    memory("stopped");
    printf("snapshot while stopped %d\n", tracemalloc_take_snapshot("stopped.bin"));
    printf("track while stopped %d, untrack %d\n", tracemalloc_track(1, keep, 1),
           tracemalloc_untrack(1, keep));
    printf("start %d\n", tracemalloc_start(5));
    printf("start again %d tracing %d limit %d\n", tracemalloc_start(9), tracemalloc_is_tracing(),
           tracemalloc_get_traceback_limit());
    memory("started");
    free(keep[0]);
    memory("freed a block from before");
    for (int i = 0; i < 10; i++) {
        keep[i] = malloc(1000);
    }
    memory("ten blocks");
    for (int i = 0; i < 5; i++) {
        free(keep[i]);
    }
    memory("five freed");
    printf("reset peak %d\n", tracemalloc_reset_peak());
    memory("peak reset");
    traceback();
    printf("own memory %d\n", tracemalloc_get_tracemalloc_memory() > 100000);
    printf("track %d\n", tracemalloc_track(7, keep[5], 250));
    printf("track again %d\n", tracemalloc_track(7, keep[5], 300));
    printf("track %d\n", tracemalloc_track(8, keep[5], 40));
    printf("track %d\n", tracemalloc_track(0, keep + 1, 3));
    memory("tracked");
    printf("untrack %d, what is not tracked %d\n", tracemalloc_untrack(8, keep[5]),
           tracemalloc_untrack(9, keep[5]));
    memory("untracked");
    printf("tag %d\n", tracemalloc_tag("request"));
    keep[10] = malloc(600);
    printf("track %d\n", tracemalloc_track(7, keep[10], 11));
    printf("tag %d\n", tracemalloc_tag(""));
    keep[11] = malloc(700);
    printf("snapshot %d\n", tracemalloc_take_snapshot("called.bin"));
    printf("snapshot of the same name %d\n", tracemalloc_take_snapshot("called.bin"));
    printf("snapshot by pattern %d\n", tracemalloc_take_snapshot(NULL));
    printf("clear %d\n", tracemalloc_clear_traces());
    memory("cleared");
    for (int i = 5; i < 12; i++) {
        free(keep[i]);
    }
    keep[0] = malloc(123);
    memory("the end");
    return 0;
}
