// SPDX-License-Identifier: MIT
// A tidy program: whatever it allocates it frees, so that its exit dump is empty.
#include <stdlib.h>

#include "truth.h"

int main(void) {
    void* blocks[1000];
    for (size_t round = 0; round < 20; ++round) {
        for (size_t index = 0; index < 1000; ++index) {
            blocks[index] = index % 3 == 0 ? calloc(1, opaque(index)) : malloc(opaque(index * 7));
            if (index % 5 == 0)
                blocks[index] = realloc(blocks[index], opaque(index + 100));
        }
        for (size_t index = 0; index < 1000; ++index)
            free(blocks[(index * 7 + round) % 1000]);
    }
    say("result done");
    return 0;
}
