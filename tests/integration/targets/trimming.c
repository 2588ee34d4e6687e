// SPDX-License-Identifier: MIT
// A timer's handler ends the process while it gives memory back to the kernel, under the
// allocator's locks and in no function that is hooked. Arguments: microseconds until then, and
// `open` for a handler that blocks nothing.
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

enum { BLOCKS = 20000 };

static void* g_blocks[BLOCKS];

static void leave(int number) {
    (void)number;
    _exit(7);
}

static void* sleep_long(void* unused) {
    for (;;) {
        pause();
    }
    return unused;
}

int main(int argc, char** argv) {
    sigset_t timer_signal;
    sigemptyset(&timer_signal);
    sigaddset(&timer_signal, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &timer_signal, NULL);
    pthread_t other;  // without which glibc takes no locks
    pthread_create(&other, NULL, sleep_long, NULL);
    pthread_sigmask(SIG_UNBLOCK, &timer_signal, NULL);
    struct sigaction action = {.sa_handler = leave, .sa_flags = argc > 2 ? SA_NODEFER : 0};
    sigaction(SIGALRM, &action, NULL);
    for (int number = 0; number < BLOCKS; ++number) {
        g_blocks[number] = malloc(500 + number % 3000);
    }
    for (int number = 0; number < BLOCKS; number += 2) {
        free(g_blocks[number]);
    }
    const struct itimerval timer = {{0, 0}, {0, argc > 1 ? atol(argv[1]) : 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    for (;;) {
        malloc_trim(0);
    }
}
