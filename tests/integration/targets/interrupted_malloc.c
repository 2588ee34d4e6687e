// SPDX-License-Identifier: MIT
// What a program may do while it is in malloc (meddling_allocator.c), named by the first argument.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "truth.h"

enum { kRaiseUsr2 = 50001, kRaiseUsr1 = 50002, kLeave = 50003, kCancelPoint = 50004 };

static void* known;
static sigjmp_buf out;
static atomic_bool is_waiting;

static void allocate_and_free(int number) {
    (void)number;
    hold(malloc(opaque(3301)));
    free(known);
    known = NULL;
}

static void jump_out(int number) {
    (void)number;
    siglongjmp(out, 1);
}

static void free_block(void* block) {
    free(block);
}

static void* allocate_until_cancelled(void* unused) {
    (void)unused;
    void* block = malloc(opaque(3302));
    pthread_cleanup_push(free_block, block);
    atomic_store(&is_waiting, true);
    for (;;)
        free(TEMPORARY(malloc(opaque(kCancelPoint))));
    pthread_cleanup_pop(1);
    return NULL;
}

static void cancel_threads(void) {
    for (int index = 0; index < 20; ++index) {
        pthread_t thread;
        atomic_store(&is_waiting, false);
        pthread_create(&thread, NULL, allocate_until_cancelled, NULL);
        while (!atomic_load(&is_waiting)) {
        }
        pthread_cancel(thread);
        void* result = NULL;
        pthread_join(thread, &result);
        if (result != PTHREAD_CANCELED)
            say("result not cancelled");
    }
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "";
    known = malloc(opaque(3303));
    if (strcmp(way, "handler") == 0) {
        signal(SIGUSR2, allocate_and_free);
        hold(malloc(opaque(kRaiseUsr2)));
    }
    if (strcmp(way, "jump") == 0) {
        signal(SIGUSR2, jump_out);
        for (volatile int index = 0; index < 10; ++index) {
            if (sigsetjmp(out, 1) == 0)
                hold(malloc(opaque(kRaiseUsr2)));
        }
    }
    if (strcmp(way, "snapshot") == 0)
        hold(malloc(opaque(kRaiseUsr1)));
    if (strcmp(way, "cancel") == 0)
        cancel_threads();
    LIVE(end, 3304, malloc(opaque(3304)));
    if (strcmp(way, "leave") == 0)
        hold(malloc(opaque(kLeave)));
    return 0;
}
