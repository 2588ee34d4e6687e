// SPDX-License-Identifier: MIT
// Says all that a program can find out about signals that end it, and what becomes of its own
// handlers and stacks. Every line must be the same with the recording library and without.
#define _GNU_SOURCE
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

static char own_stack[65536];
static int handled;

static const char* place_of(const void* local) {
    const char* at = local;
    return at >= own_stack && at < own_stack + sizeof own_stack ? "own stack" : "thread's stack";
}

static void note(int number) {
    ++handled;
    say("result handler of %d on the %s", number, place_of(&number));
}

static void leave(int number) {
    (void)number;
    _exit(3);
}

static void tell(const char* when, int number) {
    struct sigaction action;
    int result = sigaction(number, NULL, &action);
    const char* what = action.sa_handler == SIG_DFL   ? "default"
                       : action.sa_handler == SIG_IGN ? "ignore"
                       : action.sa_handler == note    ? "note"
                                                      : "other";
    say("result %s %d: %d %s flags %x first mask word %d", when, number, result, what,
        (unsigned)action.sa_flags & ~0x04000000u, sigismember(&action.sa_mask, SIGUSR2));
}

static void tell_stack(const char* when) {
    stack_t stack;
    int result = sigaltstack(NULL, &stack);
    say("result stack %s: %d %s flags %d size %zu", when, result,
        stack.ss_sp == own_stack ? "own"
        : stack.ss_sp == NULL    ? "none"
                                 : "foreign",
        stack.ss_flags, stack.ss_size);
}

static void* in_thread(void* unused) {
    free(TEMPORARY(malloc(opaque(10))));
    tell_stack("in a thread");
    raise(SIGHUP);
    return unused;
}

static void all_actions(void) {
    for (int number = 1; number <= 66; ++number)
        tell("at start", number);
    struct sigaction masked = {.sa_handler = SIG_DFL, .sa_flags = SA_NODEFER};
    sigaddset(&masked.sa_mask, SIGUSR2);
    say("result set default: %d", sigaction(SIGTERM, &masked, NULL));
    tell("masked default", SIGTERM);
    struct sigaction once = {.sa_handler = note, .sa_flags = SA_RESETHAND | SA_NODEFER};
    say("result once: %d", sigaction(SIGSEGV, &once, NULL));
    tell("before once", SIGSEGV);
    raise(SIGSEGV);
    tell("after once", SIGSEGV);
    say("result kill: %d", sigaction(SIGKILL, &once, NULL));
    say("result 65: %d", sigaction(65, &once, NULL));
    say("result signal: %d", signal(SIGINT, note) == SIG_DFL);
    say("result signal again: %d", signal(SIGINT, SIG_IGN) == note);
    say("result signal back: %d", signal(SIGINT, SIG_DFL) == SIG_IGN);
    tell("after signal", SIGINT);
    say("result sigset: %d", sigset(SIGQUIT, note) == SIG_DFL);
    say("result sigset back: %d", sigset(SIGQUIT, SIG_DFL) == note);
    say("result bad: %d", signal(SIGKILL, note) == SIG_ERR);
}

static void all_stacks(void) {
    pthread_t thread;
    tell_stack("at start");
    struct sigaction on_stack = {.sa_handler = note, .sa_flags = SA_ONSTACK};
    sigaction(SIGHUP, &on_stack, NULL);
    tell("with SA_ONSTACK", SIGHUP);
    raise(SIGHUP);
    stack_t none = {.ss_flags = SS_DISABLE}, old;
    say("result disable: %d", sigaltstack(&none, &old));
    stack_t small = {.ss_sp = own_stack, .ss_size = 100};
    say("result too small: %d", sigaltstack(&small, NULL));
    pthread_create(&thread, NULL, in_thread, NULL);
    pthread_join(thread, NULL);
    stack_t own = {.ss_sp = own_stack, .ss_size = sizeof own_stack};
    say("result install: %d old flags %d", sigaltstack(&own, &old), old.ss_flags);
    tell_stack("installed");
    tell("still with SA_ONSTACK", SIGHUP);
    raise(SIGHUP);
    pthread_create(&thread, NULL, in_thread, NULL);
    pthread_join(thread, NULL);
    say("result disable again: %d", sigaltstack(&none, &old));
    tell_stack("disabled");
}

static void all_children(char* self) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    signal(SIGPIPE, SIG_IGN);
    char* arguments[] = {self, "actions", NULL};
    pid_t child;
    int status;
    int result = posix_spawn(&child, self, NULL, NULL, arguments, environ);
    waitpid(child, &status, 0);
    say("result spawn: %d %d", result, status);
    say("result system: %d", system("trap '' HUP; kill -HUP $$; kill -TERM $$"));
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "actions";
    free(TEMPORARY(malloc(opaque(10))));
    if (strcmp(way, "actions") == 0)
        all_actions();
    if (strcmp(way, "stacks") == 0)
        all_stacks();
    if (strcmp(way, "children") == 0)
        all_children(argv[0]);
    if (strcmp(way, "leave") == 0) {
        signal(SIGSEGV, leave);
        *(volatile int*)16 = 1;
    }
    if (strcmp(way, "term") == 0)
        raise(SIGTERM);
    return 0;
}
