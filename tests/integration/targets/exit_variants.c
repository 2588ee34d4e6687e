// SPDX-License-Identifier: MIT
// Every way out of a process, named by the first argument; the exit code is 7 where there is one.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "truth.h"

static void at_quick_exit_handler(void) {
    LIVE(at_quick_exit, 503, malloc(opaque(503)));
}

static void* exit_from_thread(void* unused) {
    (void)unused;
    LIVE(thread, 504, malloc(opaque(504)));
    exit(7);
}

static void* outlive_main(void* main_thread) {
    pthread_join(*(pthread_t*)main_thread, NULL);
    LIVE(thread, 505, malloc(opaque(505)));
    return NULL;
}

static int leave_by_thread(const char* way) {
    static pthread_t thread;
    static pthread_t main_thread;
    main_thread = pthread_self();
    if (strcmp(way, "thread") == 0) {
        pthread_create(&thread, NULL, exit_from_thread, NULL);
        pthread_join(thread, NULL);
    }
    if (strcmp(way, "pthread_exit") == 0) {
        pthread_create(&thread, NULL, outlive_main, &main_thread);
        pthread_detach(thread);
        pthread_exit(NULL);
    }
    return 7;
}

int main(int argc, char** argv) {
    const char* way = argc > 1 ? argv[1] : "return";
    LIVE(malloc, 501, malloc(opaque(501)));
    free(TEMPORARY(malloc(opaque(502))));
    if (strcmp(way, "exit") == 0)
        exit(7);
    if (strcmp(way, "_exit") == 0)
        _exit(7);
    if (strcmp(way, "_Exit") == 0)
        _Exit(7);
    if (strcmp(way, "quick_exit") == 0) {
        at_quick_exit(at_quick_exit_handler);
        quick_exit(7);
    }
    if (strcmp(way, "abort") == 0)
        abort();
    if (strcmp(way, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(way, "syscall") == 0)
        syscall(SYS_exit_group, 7);
    return leave_by_thread(way);
}
