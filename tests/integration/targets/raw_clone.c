// SPDX-License-Identifier: MIT
// Children by the bare system call, which no fork handler sees: one that shares the memory until it
// ends, one with a copy of it that allocates, one that crashes, and many beside a thread that
// allocates.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "truth.h"

enum { kStack = 65536, kMany = 200 };

static atomic_bool stop;
static void* shared_block;

static void* allocate_all_the_time(void* unused) {
    (void)unused;
    while (!atomic_load(&stop))
        free(TEMPORARY(malloc(opaque(60))));
    return NULL;
}

static int wait_for(pid_t child) {
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static int share_memory(void* unused) {
    (void)unused;
    shared_block = malloc(opaque(2201));
    free(TEMPORARY(malloc(opaque(2202))));
    return 5;
}
enum { kSharedLine = __LINE__ - 4 };

static pid_t clone_copy(void) {
    return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

int main(void) {
    static char stack[kStack] __attribute__((aligned(16)));
    pid_t child = clone(share_memory, stack + kStack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
    say("result shared %d", wait_for(child));
    hold(shared_block);
    say("truth shared 2201 1 %d", kSharedLine);

    child = clone_copy();
    if (child == 0) {
        for (int index = 0; index < 1000; ++index)
            free(hold(malloc(opaque(2203))));
        hold(malloc(opaque(2204)));
        exit(6);
    }
    say("result copy %d", wait_for(child));

    child = clone_copy();
    if (child == 0) {
        hold(malloc(opaque(2206)));
        *(volatile int*)opaque(8) = 1;
    }
    say("result crash %d", wait_for(child));

    pthread_t thread;
    pthread_create(&thread, NULL, allocate_all_the_time, NULL);
    int good = 0;
    for (int index = 0; index < kMany; ++index) {
        child = clone_copy();
        if (child == 0)
            _exit(7);
        good += wait_for(child) == 7;
    }
    say("result %d of %d beside a thread", good, kMany);
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    LIVE(after, 2205, malloc(opaque(2205)));
    return 0;
}
