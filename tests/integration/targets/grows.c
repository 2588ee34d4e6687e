// SPDX-License-Identifier: MIT
// Allocates as hard as it can in several threads, or step by step. Arguments:
//   hard          for ever
//   leave         until the main thread ends the process
//   steps N BYTES N blocks of BYTES that stay, one about each millisecond
//   fork N BYTES  the same in a child, after the parent has done it
//   idle SECONDS  a block, then nothing, then another one
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "truth.h"

enum { kThreads = 3, kBlocks = 4096 };

static void* allocate_for_ever(void* unused) {
    (void)unused;
    void* blocks[kBlocks] = {NULL};
    for (unsigned index = 0;; ++index) {
        void** const place = &blocks[index * 2654435761u % kBlocks];
        free(*place);
        *place = malloc(opaque(16 + index % 1000));
    }
}

static void pause_for(double seconds) {
    const time_t whole = (time_t)seconds;
    const struct timespec pause = {whole, (long)((seconds - (double)whole) * 1e9)};
    nanosleep(&pause, NULL);
}

static void grow(int steps, size_t bytes) {
    for (int step = 0; step < steps; ++step) {
        memset(hold(malloc(bytes)), 1, bytes);
        pause_for(0.001);
    }
}

static void start_threads(void) {
    pthread_t thread;
    for (int index = 1; index < kThreads; ++index)
        pthread_create(&thread, NULL, allocate_for_ever, NULL);
}

int main(int argc, char** argv) {
    if (argc == 2 && strcmp(argv[1], "hard") == 0) {
        start_threads();
        allocate_for_ever(NULL);
    } else if (argc == 2 && strcmp(argv[1], "leave") == 0) {
        start_threads();
        pause_for(0.1);
    } else if (argc == 4 && strcmp(argv[1], "steps") == 0) {
        grow(atoi(argv[2]), (size_t)atol(argv[3]));
    } else if (argc == 4 && strcmp(argv[1], "fork") == 0) {
        grow(atoi(argv[2]), (size_t)atol(argv[3]));
        const pid_t child = fork();
        if (child == 0) {
            grow(atoi(argv[2]), (size_t)atol(argv[3]));
            return 0;
        }
        int status = -1;
        waitpid(child, &status, 0);
        return status;
    } else if (argc == 3 && strcmp(argv[1], "idle") == 0) {
        hold(malloc(opaque(3200)));
        pause_for(atof(argv[2]));
        free(TEMPORARY(malloc(opaque(3201))));
    } else {
        return 2;
    }
    return 0;
}
