// SPDX-License-Identifier: MIT
// Faults where it hurts: inside malloc with a lock of the allocator held, while another thread
// takes snapshots, in two threads at once, or in a handler that runs while a hook does.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "truth.h"

static pthread_barrier_t all_there;

static void* fault_together(void* unused) {
    free(TEMPORARY(malloc(opaque(10))));
    pthread_barrier_wait(&all_there);
    *(volatile int*)16 = 1;
    return unused;
}

static void* ask_for_snapshots(void* unused) {
    for (;;)
        raise(SIGUSR1);
    return unused;
}

static void fault_in_handler(int number) {
    *(volatile int*)32 = number;
}

static void damage_the_heap(void) {
    enum { kBlocks = 64, kBytes = 1200 };
    char* blocks[kBlocks];
    for (int index = 0; index < kBlocks; ++index)
        blocks[index] = malloc(opaque(kBytes));
    for (int index = 0; index < kBlocks; index += 2)
        memset(blocks[index] - 16, 0x41, 24);
    for (int index = 0; index < kBlocks; ++index)
        free(blocks[index]);
    for (int index = 0; index < 1000; ++index)
        hold(malloc(opaque(kBytes + (size_t)index * 16)));
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "";
    LIVE(malloc, 501, malloc(opaque(501)));
    pthread_t thread;
    if (strcmp(way, "heap") == 0)
        damage_the_heap();
    if (strcmp(way, "together") == 0) {
        pthread_barrier_init(&all_there, NULL, 4);
        for (int index = 0; index < 4; ++index)
            pthread_create(&thread, NULL, fault_together, NULL);
        pthread_join(thread, NULL);
    }
    if (strcmp(way, "snapshots") == 0) {
        pthread_create(&thread, NULL, ask_for_snapshots, NULL);
        for (int index = 0; index < 20000; ++index)
            hold(malloc(opaque((size_t)(index % 300))));
        usleep(50000);
        *(volatile int*)16 = 1;
    }
    if (strcmp(way, "hook") == 0) {
        struct sigaction action = {.sa_handler = fault_in_handler};
        sigaction(SIGALRM, &action, NULL);
        struct itimerval timer = {{0, 500}, {0, 20000}};
        setitimer(ITIMER_REAL, &timer, NULL);
        for (;;)
            free(TEMPORARY(malloc(opaque(5u << 20))));
    }
    return 0;
}
