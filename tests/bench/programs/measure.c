/* SPDX-License-Identifier: MIT
 *
 * Runs one command and writes what it cost: the benchmark's only clock.
 * In:  measure RESULT_FILE TIMEOUT_SECONDS COMMAND [ARGUMENT...]
 * Out: RESULT_FILE: one line of JSON with wall time, CPU time and peak RSS of the command and of
 * every descendant that was waited for. The exit code is 0 whenever the command could be measured.
 * Always: a small process of its own, because Linux carries the peak RSS of the forking process
 * over exec; a Python parent would be the peak of every small program. A command that takes too
 * long is ended with everything in its process group.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kGraceSeconds = 3, kCannotRun = 127 };

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static long long micros(struct timeval t) {
    return (long long)t.tv_sec * 1000000 + t.tv_usec;
}

static void block_signals(sigset_t* before) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, before);
}

static pid_t start(char** command, const sigset_t* mask) {
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    perror(command[0]);
    _exit(kCannotRun);
}

/* Whether the command ended before the deadline and before somebody ended this process. */
static int wait_until(pid_t pid, long long deadline_ns, int* status) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    for (;;) {
        if (waitpid(pid, status, WNOHANG) == pid)
            return 1;
        const long long left = deadline_ns - now_ns();
        if (left <= 0)
            return 0;
        const struct timespec wait = {left / 1000000000, left % 1000000000};
        const int signal_number = sigtimedwait(&set, NULL, &wait);
        if (signal_number == SIGINT || signal_number == SIGTERM)
            return 0;
    }
}

static void end_group(pid_t pid, int* status) {
    kill(-pid, SIGTERM);
    if (wait_until(pid, now_ns() + kGraceSeconds * 1000000000LL, status)) {
        kill(-pid, SIGKILL);
        return;
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR) {
    }
}

int main(int argc, char** argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: measure RESULT_FILE TIMEOUT_SECONDS COMMAND [ARGUMENT...]\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t mask;
    block_signals(&mask);
    const long long begin = now_ns();
    const pid_t pid = start(argv + 3, &mask);
    if (pid < 0) {
        perror("fork");
        return 1;
    }
    int status = 0;
    const int ended = wait_until(pid, begin + atoll(argv[2]) * 1000000000, &status);
    const long long wall = now_ns() - begin;
    if (!ended)
        end_group(pid, &status);
    struct rusage use;
    getrusage(RUSAGE_CHILDREN, &use);
    FILE* out = fopen(argv[1], "w");
    if (out == NULL) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out,
            "{\"wall_ns\": %lld, \"user_us\": %lld, \"sys_us\": %lld, \"rss_kb\": %ld, "
            "\"exit\": %d, \"signal\": %d, \"timed_out\": %s, \"pid\": %d}\n",
            wall, micros(use.ru_utime), micros(use.ru_stime), use.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            WIFSIGNALED(status) ? WTERMSIG(status) : 0, ended ? "false" : "true", (int)pid);
    return fclose(out) == 0 ? 0 : 1;
}
