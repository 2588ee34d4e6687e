// SPDX-License-Identifier: MIT
// The process's first allocation comes from inside libc, which holds a lock of its own meanwhile:
// that of the locales, or that of the list of exit handlers, which grows at the 33rd.
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static void on_exit_nothing(void) {}

__attribute__((constructor(101))) static void allocate_under_lock(void) {
    const char* const lock = getenv("FIRST_MALLOC_UNDER");
    if (lock != NULL && strcmp(lock, "locale") == 0) {
        newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    } else {
        for (int number = 0; number < 40; ++number) {
            atexit(on_exit_nothing);
        }
    }
}

int first_malloc_library_answer(void) {
    return 42;
}
