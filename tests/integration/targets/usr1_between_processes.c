// SPDX-License-Identifier: MIT
// Server processes that wake each other with SIGUSR1, as PostgreSQL's do: a handler that sets a
// latch, a wait that no wake-up can slip past, allocations in between. Argument: how many rounds.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

static volatile sig_atomic_t latch;

static void set_latch(int number) {
    (void)number;
    latch = 1;
}

static void wait_for_latch(const sigset_t* open_mask) {
    while (!latch)
        sigsuspend(open_mask);
    latch = 0;
}

static void answer(pid_t partner, int rounds, int begins, const sigset_t* open_mask) {
    for (int round = 0; round < rounds; ++round) {
        void* block = malloc(opaque(64 + (size_t)round % 1000));
        if (begins)
            kill(partner, SIGUSR1);
        wait_for_latch(open_mask);
        if (!begins)
            kill(partner, SIGUSR1);
        free(block);
    }
}

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? atoi(argv[1]) : 10;
    const pid_t parent = getpid();
    sigset_t blocked, open_mask;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &open_mask);
    struct sigaction action = {.sa_handler = set_latch, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    const pid_t child = fork();
    if (child == 0) {
        answer(parent, rounds, 0, &open_mask);
        exit(3);
    }
    answer(child, rounds, 1, &open_mask);
    int status = -1;
    waitpid(child, &status, 0);
    say("result rounds %d, child %d", rounds, WEXITSTATUS(status));
    return 0;
}
