// SPDX-License-Identifier: MIT
// Forbids system calls to itself by seccomp, as sandboxes do, then allocates in two threads and
// asks for snapshots. Arguments: "membarrier", "open" or "both"; "now", or a program to become
// instead.
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "truth.h"

static atomic_bool stop;

static void forbid(unsigned first, unsigned second) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const int result = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    say("result filter %d", result);
}

static void* allocate_all_the_time(void* unused) {
    (void)unused;
    while (!atomic_load(&stop))
        free(TEMPORARY(malloc(opaque(60))));
    return NULL;
}

int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    pthread_t thread;
    LIVE(before, 7301, malloc(opaque(7301)));
    if (strcmp(argv[1], "membarrier") == 0)
        forbid(SYS_membarrier, SYS_membarrier);
    if (strcmp(argv[1], "open") == 0)
        forbid(SYS_openat, SYS_openat);
    if (strcmp(argv[1], "both") == 0)
        forbid(SYS_membarrier, SYS_openat);
    if (strcmp(argv[2], "now") != 0) {
        execv(argv[2], argv + 2);
        return 1;
    }
    pthread_create(&thread, NULL, allocate_all_the_time, NULL);
    if (argc > 3) {
        for (int index = 0; index < 3; ++index)
            raise(SIGUSR1);
    }
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    return 5;
}
