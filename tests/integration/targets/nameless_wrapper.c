// SPDX-License-Identifier: MIT
// A wrapper that tests its block and returns it, one that uses its block, and their callers.
#include <stdlib.h>

#define APART __attribute__((noipa))

APART static void give_up(void) {
    abort();
}

APART static void* get_block(size_t size) {
    void* const block = malloc(size);
    if (block == NULL) {
        give_up();
    }
    return block;
}

APART static void** make_node(size_t size) {
    void** const node = malloc(size);
    node[0] = NULL;
    return node;
}

APART static void* first_caller(void) {
    return (char*)get_block(1000) + 8;
}

APART static void* second_caller(void) {
    return (char*)get_block(200) + 8;
}

APART static void* node_caller(void) {
    return make_node(50) + 1;
}

static void* volatile kept;

int main(void) {
    for (int number = 0; number < 10; ++number) {
        kept = first_caller();
        kept = second_caller();
        kept = node_caller();
    }
    return 0;
}
