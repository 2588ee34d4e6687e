// SPDX-License-Identifier: MIT
// Ends by the signal that the first argument names, in the way that the second one does: raised,
// sent from a thread, or by the fault itself; "silent" in a thread that has never allocated, "once"
// behind a handler of the program's that the kernel takes away. One block is live.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "truth.h"

static volatile int zero;

TM_NOINLINE static int use_up_the_stack(int depth) {
    volatile char frame[4096];
    frame[depth % 4096] = (char)depth;
    return use_up_the_stack(depth + 1) + frame[0];
}

static int fault(const char* way) {
    if (strcmp(way, "null") == 0)
        return *(volatile int*)16;
    if (strcmp(way, "divide") == 0)
        return opaque(100) / (size_t)zero;
    if (strcmp(way, "illegal") == 0)
        __asm__ volatile("ud2");
    if (strcmp(way, "breakpoint") == 0)
        __asm__ volatile("int3");
    if (strcmp(way, "abort") == 0)
        abort();
    if (strcmp(way, "overflow") == 0)
        return use_up_the_stack(zero);
    if (strcmp(way, "beyond") == 0) {
        int file = memfd_create("short", 0);
        return *(volatile char*)mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    }
    return 0;
}

static void* fault_in_thread(void* way) {
    free(TEMPORARY(malloc(opaque(10))));
    fault(way);
    return NULL;
}

static void* fault_without_a_block(void* way) {
    fault(way);
    return NULL;
}

static void return_from_fault(int number) {
    (void)number;
}

static void* allocate_all_the_time(void* unused) {
    for (;;)
        free(TEMPORARY(malloc(opaque(50))));
    return unused;
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "";
    const char* where = argc > 2 ? argv[2] : "main";
    prctl(PR_SET_DUMPABLE, 1);
    LIVE(malloc, 501, malloc(opaque(501)));
    pthread_t thread;
    if (strcmp(where, "crowd") == 0)
        for (int index = 0; index < 3; ++index)
            pthread_create(&thread, NULL, allocate_all_the_time, NULL);
    if (strcmp(where, "thread") == 0 || strcmp(where, "crowd") == 0) {
        pthread_create(&thread, NULL, fault_in_thread, (void*)way);
        pthread_join(thread, NULL);
    }
    if (strcmp(where, "silent") == 0) {
        pthread_create(&thread, NULL, fault_without_a_block, (void*)way);
        pthread_join(thread, NULL);
    }
    if (strcmp(where, "once") == 0) {
        struct sigaction once = {.sa_handler = return_from_fault, .sa_flags = SA_RESETHAND};
        sigaction(SIGSEGV, &once, NULL);
    }
    if (fault(way) != 0)
        say("result survived the fault");
    raise(atoi(way));
    say("result survived");
    return 7;
}
