// SPDX-License-Identifier: MIT
// The leak of a program that has none: preloaded behind the recording library, it answers a few
// calls that programs make all the time, and keeps a block for itself in one of them, ten times a
// second. Neither the recording library nor an allocator makes these calls, so each may allocate.
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PERIOD 100000000

void* volatile the_last_block;

__attribute__((noinline)) static void leak_a_block(void) {
    the_last_block = malloc(64);  // LEAK
}

static long now(void) {
    struct timespec time;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000 + time.tv_nsec;
}

// The due time moves by whole periods: a call that comes late does not delay those after it.
static void answer(void) {
    static atomic_long due;
    long expected = atomic_load(&due);
    const long time = now();
    if (time < expected) {
        return;
    }
    const long next = expected == 0 ? time + PERIOD : expected + PERIOD;
    if (atomic_compare_exchange_strong(&due, &expected, next)) {
        leak_a_block();
    }
}

time_t time(time_t* found) {
    struct timespec time;
    answer();
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &time);
    if (found) {
        *found = time.tv_sec;
    }
    return time.tv_sec;
}

ssize_t pread64(int descriptor, void* buffer, size_t size, off64_t offset) {
    answer();
    return syscall(SYS_pread64, descriptor, buffer, size, offset);
}

int epoll_wait(int descriptor, struct epoll_event* events, int limit, int timeout) {
    answer();
    return (int)syscall(SYS_epoll_wait, descriptor, events, limit, timeout);
}
