// SPDX-License-Identifier: MIT
// Uses up what the first argument names, asks for a snapshot ("ask" as the second), and goes on.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "truth.h"

static void limit(int resource, rlim_t value) {
    struct rlimit both;
    getrlimit(resource, &both);
    both.rlim_cur = value;
    if (setrlimit(resource, &both) != 0)
        say("result setrlimit %d", errno);
}

static void on_file_size(int number) {
    say("result signal %d", number);
}

static void use_up_descriptors(void) {
    limit(RLIMIT_NOFILE, 40);
    while (open("/dev/null", O_RDONLY) >= 0) {
    }
    say("result open %d", errno);
}

static void use_up_addresses(void) {
    limit(RLIMIT_AS, 1);
    say("result mmap %d",
        mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    void* blocks[2000];
    int count = 0;
    while (count < 2000 && (blocks[count] = malloc(opaque(20000))) != NULL)
        ++count;
    say("result malloc fails %d", count < 2000);
    while (count > 0)
        free(blocks[--count]);
}

int main(int argc, char** argv) {
    if (argc < 2)
        return 2;
    LIVE(before, 7201, malloc(opaque(7201)));
    if (strcmp(argv[1], "descriptors") == 0)
        use_up_descriptors();
    if (strcmp(argv[1], "addresses") == 0)
        use_up_addresses();
    if (strcmp(argv[1], "file size") == 0)
        limit(RLIMIT_FSIZE, 1024);
    if (argc > 2) {
        raise(SIGUSR1);
        raise(SIGUSR1);
    }
    free(TEMPORARY(malloc(opaque(7202))));
    if (strcmp(argv[1], "file size") == 0) {
        signal(SIGXFSZ, on_file_size);
        const int file = open("own", O_RDWR | O_CREAT | O_TRUNC, 0600);
        char text[2000] = {0};
        const ssize_t first = write(file, text, sizeof text);
        const ssize_t second = write(file, text, sizeof text);
        say("result written %d, then %d", (int)first, (int)second);
    }
    return 5;
}
