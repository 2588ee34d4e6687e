/* SPDX-License-Identifier: MIT
 *
 * Says where its blocks are: block NAME ADDRESS SIZE LINE. With "wait" or "wait-small" it then
 * waits to be asked; the latter leaves the huge block out, which a core file would hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* kept[32];

static void say(int at, const char* name, size_t size, int line) {
    char text[200];
    const int length =
        snprintf(text, sizeof text, "block %s %p %zu %d\n", name, kept[at], size, line);
    if (kept[at] == NULL || write(1, text, (size_t)length) != length) {
        _exit(1);
    }
}

#define BLOCK(at, name, size)          \
    do {                               \
        kept[at] = malloc(size);       \
        say(at, name, size, __LINE__); \
    } while (0)

int main(int argc, char** argv) {
    BLOCK(0, "first", 100);
    BLOCK(1, "one_byte", 1);
    BLOCK(2, "eight", 8);
    BLOCK(3, "eight_again", 8);
    BLOCK(4, "sixteen", 16);
    BLOCK(5, "page", 4096);
    BLOCK(6, "mapped", 3000000);
    if (argc < 2 || strcmp(argv[1], "wait-small") != 0) {
        BLOCK(7, "huge", (size_t)5 << 30);
    }
    BLOCK(8, "nothing", 0);
    for (int at = 9; at < 20; ++at) {
        BLOCK(at, "many", 40);
    }
    kept[20] = realloc(malloc(200000), 250000);
    say(20, "moved", 250000, __LINE__ - 1);
    if (argc > 1) {
        if (write(1, "ready\n", 6) != 6) {
            return 1;
        }
        pause();
    }
    return 0;
}
