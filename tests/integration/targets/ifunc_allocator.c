// SPDX-License-Identifier: MIT
// An allocator whose malloc is chosen by a function that allocates: whoever looks malloc up is
// called by the lookup itself.
#include <stddef.h>
#include <string.h>

void* __libc_malloc(size_t size);
void* calloc(size_t count, size_t size);

char* block_of_the_lookup;

static void* plain_malloc(size_t size) {
    return __libc_malloc(size);
}

static void* (*choose(void))(size_t) {
    if (block_of_the_lookup == NULL) {
        block_of_the_lookup = calloc(4, 25);
        strcpy(block_of_the_lookup, "from the lookup");
    }
    return plain_malloc;
}

void* malloc(size_t size) __attribute__((ifunc("choose")));
