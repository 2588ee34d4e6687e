// SPDX-License-Identifier: MIT
// What a program sees of itself: open files, threads, working folder, signal mask and actions,
// environment. Then it closes every file it did not open, as daemons do, and opens one of its own.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

extern char** environ;

static int count_entries(const char* path) {
    DIR* folder = opendir(path);
    int count = 0;
    if (folder == NULL)
        return -1;
    while (readdir(folder) != NULL)
        ++count;
    closedir(folder);
    return count;
}

int main(void) {
    say("result files %d threads %d", count_entries("/proc/self/fd"),
        count_entries("/proc/self/task"));
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0)
            continue;
        if (action.sa_handler != SIG_DFL || sigismember(&mask, number))
            say("result signal %d differs", number);
    }
    for (char** entry = environ; *entry != NULL; ++entry) {
        if (strncmp(*entry, "LD_PRELOAD=", 11) != 0 && strncmp(*entry, "TRACEMALLOC_", 12) != 0)
            say("result environment %.200s", *entry);
    }
    LIVE(malloc, 1801, malloc(opaque(1801)));
    for (int file = 3; file < 1024; ++file)
        close(file);
    int own = open("own_file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    say("result own file %d", own);
    if (write(own, "mine", 4) != 4)
        return 1;
    if (chdir("/") != 0)
        return 1;
    close(0);
    close(1);
    close(2);
    return 0;
}
