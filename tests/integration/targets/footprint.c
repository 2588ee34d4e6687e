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

// A frame without unwind information, as just-in-time compilers make them: unwinders have to guess,
// and some try the memory out with a write to a descriptor of their own.
void* allocate_in_a_bare_frame(size_t size);
__asm__(
    ".text\n.type allocate_in_a_bare_frame, @function\nallocate_in_a_bare_frame:\n"
    "    push %rbx\n    call malloc@PLT\n    pop %rbx\n    ret\n"
    ".size allocate_in_a_bare_frame, . - allocate_in_a_bare_frame\n");

/// Files that take the numbers of all that were closed, and may not be touched by anyone else.
enum { kOwnFiles = 4 };

static int open_own_files(int* files) {
    for (int index = 0; index < kOwnFiles; ++index) {
        char name[32];
        snprintf(name, sizeof name, "own_file.%d", index);
        files[index] = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
        if (write(files[index], "0123456789", 10) != 10 || lseek(files[index], 5, SEEK_SET) != 5)
            return 0;
    }
    return 1;
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
    int files[kOwnFiles];
    if (!open_own_files(files))
        return 1;
    for (int round = 0; round < 20; ++round)
        free(TEMPORARY(allocate_in_a_bare_frame(opaque(100))));
    for (int index = 0; index < kOwnFiles; ++index)
        say("result own file %d at %ld of %ld", files[index],
            (long)lseek(files[index], 0, SEEK_CUR), (long)lseek(files[index], 0, SEEK_END));
    if (chdir("/") != 0)
        return 1;
    close(0);
    close(1);
    close(2);
    return 0;
}
