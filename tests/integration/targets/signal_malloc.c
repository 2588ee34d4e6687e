// SPDX-License-Identifier: MIT
// A handler that allocates: raised from ordinary code, on an alternative stack, and by a timer that
// interrupts a loop at any instruction (which does not allocate itself: malloc is not reentrant).
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "truth.h"

static volatile sig_atomic_t ticks;
static volatile unsigned long spins;

static void on_raise(int number) {
    (void)number;
    LIVE(raised, 1501, malloc(opaque(1501)));
}

static void on_alternative_stack(int number) {
    (void)number;
    LIVE(alternative_stack, 1502, malloc(opaque(1502)));
}

static void on_tick(int number) {
    (void)number;
    free(TEMPORARY(malloc(opaque(1503))));
    ticks = ticks + 1;
}

TM_NOINLINE static unsigned long spin(unsigned long value) {
    for (int index = 0; index < 100; ++index)
        value = value * 6364136223846793005UL + 1;
    return value;
}

int main(void) {
    static char room[65536];
    stack_t alternative = {.ss_sp = room, .ss_size = sizeof room};
    sigaltstack(&alternative, NULL);
    struct sigaction action = {.sa_handler = on_raise};
    sigaction(SIGUSR2, &action, NULL);
    action.sa_handler = on_alternative_stack;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGHUP, &action, NULL);
    action.sa_handler = on_tick;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    raise(SIGUSR2);
    raise(SIGHUP);
    struct itimerval timer = {{0, 1000}, {0, 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    while (ticks < 200)
        spins = spin(spins);
    timer = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &timer, NULL);
    LIVE(after_ticks, 1504, malloc(opaque(1504)));
    return 0;
}
