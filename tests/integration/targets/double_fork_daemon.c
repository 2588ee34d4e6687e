// SPDX-License-Identifier: MIT
// A daemon of the old school: forks twice, becomes a session leader, moves to /, closes every
// descriptor and opens its own files under the lowest numbers. Argument: the log's path.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

static void run_daemon(const char* log_path) {
    if (chdir("/") != 0)
        _exit(1);
    for (int file = 0; file < 256; ++file)
        close(file);
    const int log = open(log_path, O_RDWR | O_CREAT | O_TRUNC, 0600);  // descriptor 0
    dup2(log, 1);
    dup2(log, 2);
    say("daemon %d", (int)getpid());
    LIVE(daemon, 2301, malloc(opaque(2301)));
    exit(0);
}

int main(int argc, char** argv) {
    if (argc < 2)
        return 2;
    hold(malloc(opaque(2300)));
    const pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork() == 0)
            run_daemon(argv[1]);
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    say("result first child %x", status);
    return 0;
}
