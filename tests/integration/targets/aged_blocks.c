// SPDX-License-Identifier: MIT
// Allocates equal blocks on one line and says where they are, one for each line of standard input.
#include <stdlib.h>

#include "truth.h"

enum { kSize = 200 };

int main(void) {
    char byte = 0;
    while (read(0, &byte, 1) == 1) {
        if (byte != '\n')
            continue;
        void* block = hold(malloc(opaque(kSize)));
        say("block %p", block);
    }
    return 0;
}
