// SPDX-License-Identifier: MIT
// Chooses tags while a timer's handler leaves by longjmp: tagging is no place that it must not
// leave.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "preload/api/tracemalloc.h"

static sigjmp_buf g_loop;
static volatile sig_atomic_t g_jumps;

static void jump(int number) {
    (void)number;
    ++g_jumps;
    siglongjmp(g_loop, 1);
}

static void tag_and_jump(void) {
    struct itimerval timer = {{0, 500}, {0, 500}};
    signal(SIGALRM, jump);
    sigsetjmp(g_loop, 1);
    setitimer(ITIMER_REAL, &timer, NULL);
    while (g_jumps < 50) {
        tracemalloc_tag("request");
    }
    timer = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &timer, NULL);
    size_t before = 0, after = 0;
    tracemalloc_get_traced_memory(&before, NULL);
    void* volatile block = malloc(1 << 20);
    tracemalloc_get_traced_memory(&after, NULL);
    printf("recorded %zu\n", block != NULL ? after - before : 0);
}

int main(void) {
    void* volatile block = malloc(10);
    free(block);
    tag_and_jump();
    return 0;
}
