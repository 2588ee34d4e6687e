// SPDX-License-Identifier: MIT
// Children of every kind, each of which says how it finds itself. Arguments: kinds, done one after
// the other; "again" is what an executed child finds itself started with.
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

static char* self;

static int wait_for(pid_t child) {
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// What a process can see of its signals and stacks, and an allocation that a dump would show.
static int look(const char* who) {
    struct sigaction usr1 = {0}, segv = {0};
    sigaction(SIGUSR1, NULL, &usr1);
    sigaction(SIGSEGV, NULL, &segv);
    stack_t stack = {0};
    sigaltstack(NULL, &stack);
    hold(malloc(opaque(3101)));
    free(TEMPORARY(malloc(opaque(3102))));
    say("result %s: USR1 %d SEGV %d stack %d", who, usr1.sa_handler == SIG_DFL,
        segv.sa_handler == SIG_DFL, stack.ss_flags);
    return 11;
}

static void become(const char* word) {
    execl(self, self, word, (char*)NULL);
    _exit(127);
}

static int spawn(const char* word) {
    char* arguments[] = {self, (char*)word, NULL};
    pid_t child = -1;
    return posix_spawn(&child, self, NULL, NULL, arguments, environ) == 0 ? wait_for(child) : -1;
}

static int in_fork(int (*body)(void)) {
    const pid_t child = fork();
    if (child == 0)
        exit(body());
    return wait_for(child);
}

static int forked(void) {
    return look("forked");
}

static int forked_twice(void) {
    return in_fork(forked);
}

static int executes(void) {
    become("again");
    return 0;
}

static int executes_twice(void) {
    become("become");
    return 0;
}

static int kills_itself(void) {
    raise(SIGUSR1);
    return 0;
}

static int crashes(void) {
    hold(malloc(opaque(3103)));
    *(volatile int*)opaque(8) = 1;
    return 0;
}

static int leaves_at_once(void) {
    hold(malloc(opaque(3104)));
    _exit(12);
}

static int in_vfork(void) {
    const pid_t child = vfork();
    if (child == 0)
        become("again");
    return wait_for(child);
}

static int do_kind(const char* kind) {
    if (strcmp(kind, "again") == 0)
        return look("executed");
    if (strcmp(kind, "become") == 0)
        become("again");
    if (strcmp(kind, "fork") == 0)
        return in_fork(forked);
    if (strcmp(kind, "fork_fork") == 0)
        return in_fork(forked_twice);
    if (strcmp(kind, "fork_exec") == 0)
        return in_fork(executes);
    if (strcmp(kind, "fork_exec_exec") == 0)
        return in_fork(executes_twice);
    if (strcmp(kind, "fork_signal") == 0)
        return in_fork(kills_itself);
    if (strcmp(kind, "fork_crash") == 0)
        return in_fork(crashes);
    if (strcmp(kind, "fork__exit") == 0)
        return in_fork(leaves_at_once);
    if (strcmp(kind, "vfork_exec") == 0)
        return in_vfork();
    if (strcmp(kind, "posix_spawn") == 0)
        return spawn("again");
    if (strcmp(kind, "spawn_exec") == 0)
        return spawn("become");
    if (strcmp(kind, "system") == 0) {
        char line[4200];
        snprintf(line, sizeof line, "'%s' again; exit $?", self);
        const int status = system(line);
        return WEXITSTATUS(status);
    }
    return 99;
}

int main(int argc, char** argv) {
    self = argv[0];
    if (argc > 2 && strcmp(argv[1], "replace") == 0)  // the rest is done by another image
        execv(self, (argv[1] = argv[0], argv + 1));
    LIVE(first, 3100, malloc(opaque(3100)));
    int last = 0;
    for (int index = 1; index < argc; ++index) {
        last = do_kind(argv[index]);
        say("result %s %d", argv[index], last);
    }
    return argc == 2 ? last : 0;
}
