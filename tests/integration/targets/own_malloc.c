// SPDX-License-Identifier: MIT
// A program that brings its own malloc: its calls never reach anyone else's.
#include <stddef.h>
#include <stdlib.h>

#include "truth.h"

static unsigned char memory[1 << 20];
static size_t used;

void* malloc(size_t size) {
    void* const block = memory + used;
    used += (size + 31) & ~(size_t)15;
    return used <= sizeof memory ? block : NULL;
}

void* calloc(size_t count, size_t size) {
    return malloc(count * size);  // never given out before, hence zero
}

void* realloc(void* block, size_t size) {
    void* const moved = malloc(size);
    if (moved != NULL && block != NULL)
        memcpy(moved, block, size);
    return moved;
}

void free(void* block) {
    (void)block;
}

int main(void) {
    unsigned char* const block = malloc(opaque(100));
    char* const text = strdup("text");
    say("result own block %d, own text %d", block >= memory && block < memory + sizeof memory,
        (unsigned char*)text >= memory && (unsigned char*)text < memory + sizeof memory);
    return 3;
}
