// SPDX-License-Identifier: MIT
// An allocator behind the recording library in which something happens in the middle of a malloc of
// one of these sizes: whatever interrupts a real one by chance, at a known moment.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

void* __libc_malloc(size_t size);

enum { kRaiseUsr2 = 50001, kRaiseUsr1 = 50002, kLeave = 50003, kCancelPoint = 50004 };

void* malloc(size_t size) {
    void* const block = __libc_malloc(size);
    if (size == kRaiseUsr2)
        raise(SIGUSR2);
    if (size == kRaiseUsr1)
        raise(SIGUSR1);
    if (size == kLeave)
        _exit(7);
    if (size == kCancelPoint)
        pthread_testcancel();
    return block;
}
