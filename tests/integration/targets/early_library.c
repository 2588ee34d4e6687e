// SPDX-License-Identifier: MIT
// A library whose constructor allocates before main, and whose destructor allocates after it.
#include <stdlib.h>

#include "truth.h"

__attribute__((constructor(101))) static void allocate_early(void) {
    LIVE(library_constructor, 301, malloc(opaque(301)));
}

__attribute__((destructor(101))) static void release_late(void) {
    free(TEMPORARY(malloc(opaque(302))));
}

int early_library_answer(void) {
    return 42;
}
