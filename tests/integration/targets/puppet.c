// SPDX-License-Identifier: MIT
// Does what standard input says, one command a line, and answers each with a line:
//   alloc N SIZE   N more blocks     free N   frees the last N     quit
#include <stdio.h>
#include <stdlib.h>

#include "truth.h"

enum { kMost = 2000000 };
static void* blocks[kMost];
static size_t count;

/// Reads byte by byte from the descriptor: stdio would add a block of its own. A read that the
/// snapshot signal interrupts must go on by itself.
static int read_command(char* line, size_t size) {
    size_t length = 0;
    while (length + 1 < size) {
        ssize_t got = read(0, line + length, 1);
        if (got < 0)
            say("result read failed %d", errno);
        if (got <= 0)
            return 0;
        if (line[length] == '\n')
            break;
        ++length;
    }
    line[length] = '\0';
    return 1;
}

int main(void) {
    char line[128];
    say("ready");
    while (read_command(line, sizeof line)) {
        size_t number = 0, size = 0;
        if (sscanf(line, "alloc %zu %zu", &number, &size) == 2) {
            for (size_t index = 0; index < number && count < kMost; ++index)
                blocks[count++] = malloc(size);
        } else if (sscanf(line, "free %zu", &number) == 1) {
            for (; number > 0 && count > 0; --number)
                free(blocks[--count]);
        } else {
            break;
        }
        say("done %zu", count);
    }
    return 0;
}
