// SPDX-License-Identifier: MIT
// Forks while a timer's handler allocates: it hits in the middle of what the tracer does before and
// after a fork, in the parent and in the child. Argument: how many forks.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct itimerval kTimer = {{0, 300}, {0, 300}};

static void allocate(int number) {
    (void)number;
    const int before = errno;
    void* volatile block = malloc(40);
    free(block);
    errno = before;
}

int main(int argc, char** argv) {
    const int forks = argc > 1 ? atoi(argv[1]) : 100;
    void* volatile first = malloc(10);
    (void)first;
    signal(SIGALRM, allocate);
    setitimer(ITIMER_REAL, &kTimer, NULL);
    int good = 0;
    for (int number = 0; number < forks; ++number) {
        const pid_t child = fork();
        if (child == 0) {
            setitimer(ITIMER_REAL, &kTimer, NULL);
            void* volatile block = malloc(20);
            free(block);
            _exit(3);
        }
        int status = 0;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        good += WIFEXITED(status) && WEXITSTATUS(status) == 3;
    }
    printf("%d of %d\n", good, forks);
    return 0;
}
