// SPDX-License-Identifier: MIT
// Takes the locks under which its library allocated first; see first_malloc_library.c.
#include <locale.h>
#include <stdlib.h>

#include "truth.h"

int first_malloc_library_answer(void);

static void on_exit_nothing(void) {}

int main(void) {
    LIVE(main, 77, malloc(opaque(77)));
    return setlocale(LC_ALL, "") != NULL && atexit(on_exit_nothing) == 0 &&
                   first_malloc_library_answer() == 42
               ? 0
               : 1;
}
