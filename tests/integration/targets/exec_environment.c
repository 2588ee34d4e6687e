// SPDX-License-Identifier: MIT
// Becomes itself again in children with several environments, and says what they were given.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

static int run(const char* program, const char* word, char** environment) {
    const pid_t child = fork();
    if (child == 0) {
        execle(program, program, word, (char*)NULL, environment);
        _exit(127);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

int main(int argc, char** argv) {
    const char* preload = getenv("LD_PRELOAD");
    const char* last = preload != NULL ? strrchr(preload, '/') : NULL;
    // The last entry is the program's own, if there is one.
    say("result %s: own entry %s, own library %s", argc > 1 ? argv[1] : "first",
        last != NULL ? last + 1 : "none",
        dlsym(RTLD_DEFAULT, "own_preload_is_here") != NULL ? "here" : "absent");
    if (argc > 1) {
        hold(malloc(opaque(2401)));
        return strcmp(argv[1], "kept") == 0 ? 3 : 4;
    }
    char* nothing[] = {NULL};
    char other_word[] = "OTHER=1";
    char* other[] = {other_word, NULL};
    say("result status %d", run(argv[0], "kept", environ));
    say("result status %d", run(argv[0], "empty", nothing));
    say("result status %d", run(argv[0], "other", other));
    return 0;
}
