// SPDX-License-Identifier: MIT
// A timer's handler ends the process wherever it is: nearly always in the middle of malloc or free.
// Arguments: microseconds until then, size of the blocks, and `threads` for a second thread,
// without which glibc takes no locks.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "truth.h"

static void leave(int number) {
    (void)number;
    _exit(7);
}

static void* sleep_long(void* unused) {
    pause();
    return unused;
}

int main(int argc, char** argv) {
    const long after = argc > 1 ? atol(argv[1]) : 1000;
    const size_t size = argc > 2 ? (size_t)atol(argv[2]) : 100;
    sigset_t timer_signal;
    sigemptyset(&timer_signal);
    sigaddset(&timer_signal, SIGALRM);
    pthread_t other;
    if (argc > 3) {
        pthread_sigmask(SIG_BLOCK, &timer_signal, NULL);
        pthread_create(&other, NULL, sleep_long, NULL);
        pthread_sigmask(SIG_UNBLOCK, &timer_signal, NULL);
    }
    signal(SIGALRM, leave);
    const struct itimerval timer = {{0, 1000}, {0, after}};
    setitimer(ITIMER_REAL, &timer, NULL);
    void* blocks[64] = {NULL};
    for (unsigned index = 0;; ++index) {
        free(blocks[index % 64]);
        blocks[index % 64] = malloc(size + index * 37 % (size * 4));
    }
}
