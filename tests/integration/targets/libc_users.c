// SPDX-License-Identifier: MIT
// Blocks that libc allocates for its caller belong to the caller's line.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "truth.h"

int main(void) {
    LIVE(strdup, 8, strdup("sevenle"));
    LIVE(strndup, 4, strndup("abcdefg", opaque(3)));
    char* text = NULL;
    int length = asprintf(&text, "%s-%d", "number", 42);
    say("truth asprintf %d 1 %d", length + 1, __LINE__ - 1);
    hold(text);

    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    if (write(ends[1], "a line\n", 7) != 7)
        return 1;
    close(ends[1]);
    FILE* stream = fdopen(ends[0], "r");
    char* line = NULL;
    size_t size = 0;
    ssize_t got = getline(&line, &size, stream);
    say("truth getline %zu 1 %d", size, __LINE__ - 1);
    say("result getline %zd %s", got, line);
    hold(line);
    fclose(stream);
    free(TEMPORARY(realpath("/", NULL)));
    return 0;
}
