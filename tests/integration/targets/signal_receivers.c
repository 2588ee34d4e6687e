// SPDX-License-Identifier: MIT
// Every way to take SIGUSR1 that is not a plain handler, named by the first argument.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>

#include "truth.h"

static volatile sig_atomic_t handled;
static char* volatile handler_stack;

static void on_signal(int number) {
    (void)number;
    char here;
    handler_stack = &here;
    handled = handled + 1;
}

static const char* action_name(void) {
    struct sigaction action;
    if (sigaction(SIGUSR1, NULL, &action) != 0)
        return "error";
    if (action.sa_handler == SIG_DFL)
        return "default";
    return action.sa_handler == on_signal ? "own" : "foreign";
}

static sigset_t only_usr1(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    return set;
}

static void take_by_waiting(void) {
    const sigset_t set = only_usr1();
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    sigset_t pending;
    sigpending(&pending);
    say("result pending %d", sigismember(&pending, SIGUSR1));
    int number = 0;
    const int error = sigwait(&set, &number);
    say("result sigwait %d %d", error, number);
    kill(getpid(), SIGUSR1);
    siginfo_t info;
    say("result sigwaitinfo %d", sigwaitinfo(&set, &info));
    const struct timespec at_once = {0, 0};
    say("result sigtimedwait %d", sigtimedwait(&set, &info, &at_once));
}

static void take_by_descriptor(void) {
    const sigset_t set = only_usr1();
    sigprocmask(SIG_BLOCK, &set, NULL);
    const int file = signalfd(-1, &set, SFD_CLOEXEC);
    kill(getpid(), SIGUSR1);
    struct signalfd_siginfo info;
    const ssize_t got = read(file, &info, sizeof info);
    say("result signalfd %d %u", got == sizeof info, info.ssi_signo);
}

static void take_once(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};
    sigaction(SIGUSR1, &action, NULL);
    say("result before %s", action_name());
    raise(SIGUSR1);
    say("result handled %d, then %s", (int)handled, action_name());
}

static void take_on_alternate_stack(void) {
    static char room[65536];
    const stack_t alternate = {.ss_sp = room, .ss_size = sizeof room};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    char* const where = handler_stack;
    say("result handled %d on the alternate stack %d", (int)handled,
        where >= room && where < room + sizeof room);
}

static void take_and_give_back(void) {
    struct sigaction action = {.sa_handler = on_signal}, before, old;
    sigaction(SIGUSR1, &action, &before);
    raise(SIGUSR1);
    sigaction(SIGUSR1, &before, &old);
    say("result handled %d, old is own %d, now %s", (int)handled, old.sa_handler == on_signal,
        action_name());
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "";
    if (strcmp(way, "wait") == 0)
        take_by_waiting();
    if (strcmp(way, "descriptor") == 0)
        take_by_descriptor();
    if (strcmp(way, "once") == 0)
        take_once();
    if (strcmp(way, "alternate") == 0)
        take_on_alternate_stack();
    if (strcmp(way, "restore") == 0 || strcmp(way, "restore and raise") == 0)
        take_and_give_back();
    if (strcmp(way, "restore and raise") == 0)
        raise(SIGUSR1);
    if (strcmp(way, "unblock") == 0) {
        const sigset_t set = only_usr1();
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGUSR1);
        hold(malloc(opaque(3201)));
        sigprocmask(SIG_UNBLOCK, &set, NULL);
    }
    LIVE(end, 3202, malloc(opaque(3202)));
    return 0;
}
