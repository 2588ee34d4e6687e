// SPDX-License-Identifier: MIT
// Process images that follow each other, and children that never become one: exec, vfork + exec,
// vfork + _exit, posix_spawn. Only the last image of this process prints truth.
#define _GNU_SOURCE
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

static int wait_for(pid_t child) {
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

int main(int argc, char** argv) {
    if (argc == 1) {
        hold(malloc(opaque(700)));
        execl(argv[0], argv[0], "second", (char*)NULL);
        return 1;
    }
    LIVE(second_image, 701, malloc(opaque(701)));
    pid_t child = vfork();
    if (child == 0)
        _exit(3);
    say("result vfork _exit %d", wait_for(child));
    child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", (char*)NULL);
        _exit(127);
    }
    say("result vfork exec %d", wait_for(child));
    char* arguments[] = {"true", NULL};
    if (posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) != 0)
        return 1;
    say("result spawn %d", wait_for(child));
    LIVE(after_children, 702, malloc(opaque(702)));
    return 0;
}
