// SPDX-License-Identifier: MIT
// A program with its own idea of SIGUSR1, named by the first argument.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

static void on_signal(int number) {
    (void)number;
    static const char text[] = "result handled\n";
    ssize_t written = write(1, text, sizeof text - 1);
    (void)written;
}

static void on_signal_with_info(int number, siginfo_t* info, void* context) {
    (void)context;
    on_signal(info->si_signo == number ? number : 0);
}

static const char* name_of(const struct sigaction* action) {
    if (action->sa_flags & SA_SIGINFO)
        return action->sa_sigaction == on_signal_with_info ? "own" : "foreign";
    if (action->sa_handler == SIG_DFL)
        return "default";
    if (action->sa_handler == SIG_IGN)
        return "ignore";
    return action->sa_handler == on_signal ? "own" : "foreign";
}

static void query(const char* when) {
    struct sigaction action;
    int result = sigaction(SIGUSR1, NULL, &action);
    say("result %s: %d %s", when, result, name_of(&action));
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "query";
    query("before");
    if (strcmp(way, "sigaction") == 0) {
        struct sigaction action = {.sa_flags = SA_SIGINFO}, old;
        action.sa_sigaction = on_signal_with_info;
        sigaction(SIGUSR1, &action, &old);
        say("result old %s", name_of(&old));
    }
    if (strcmp(way, "signal") == 0) {
        struct sigaction old = {.sa_handler = signal(SIGUSR1, on_signal)};
        say("result old %s", name_of(&old));
    }
    if (strcmp(way, "ignore") == 0)
        signal(SIGUSR1, SIG_IGN);
    if (strcmp(way, "query") != 0) {
        query("after");
        raise(SIGUSR1);
        raise(SIGUSR1);
    }
    query("at end");
    return 0;
}
