// SPDX-License-Identifier: MIT
// Allocations before every constructor of ours and others: preinit, then priority 101.
#include <stdlib.h>

#include "truth.h"

int early_library_answer(void);

static void* preinit_block;

static void allocate_in_preinit(void) {
    preinit_block = LIVE(preinit, 201, malloc(opaque(201)));
}

__attribute__((section(".preinit_array"),
               used)) static void (*const preinit_entry)(void) = allocate_in_preinit;

__attribute__((constructor(101))) static void allocate_first(void) {
    free(TEMPORARY(malloc(opaque(5))));
    LIVE(constructor, 202, malloc(opaque(202)));
}

__attribute__((constructor)) static void allocate_later(void) {
    LIVE(constructor, 203, calloc(opaque(203), 1));
}

int main(void) {
    preinit_block = LIVE(realloc_of_preinit, 204, realloc(preinit_block, opaque(204)));
    return early_library_answer() == 42 ? 0 : 1;
}
