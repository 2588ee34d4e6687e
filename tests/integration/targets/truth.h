// SPDX-License-Identifier: MIT
//
// How a target program says what is true. Lines on standard output, without using the heap:
//   truth FUNCTION SIZE COUNT LINE   a block that stays live, allocated at LINE of this file
//   result TEXT ERRNO                what a call gave; must be the same without the recording
//   library
#pragma once

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __cplusplus
#define TM_EXTERN extern "C"
#else
#define TM_EXTERN extern
#endif
#define TM_UNUSED __attribute__((unused))
#define TM_NOINLINE __attribute__((noinline, noclone))

enum { kMaxHeld = 65536 };
static void* volatile held_blocks[kMaxHeld];
static int held_count;

/// One line in one write, so that threads and children do not mix theirs.
TM_UNUSED TM_NOINLINE __attribute__((format(printf, 1, 2))) static void say(const char* format,
                                                                            ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    ssize_t written = write(1, line, (size_t)length);
    (void)written;
}

/// Keeps a block reachable and out of the optimiser's sight.
TM_UNUSED TM_NOINLINE static void* hold(void* block) {
    if (block != NULL)
        held_blocks[__atomic_fetch_add(&held_count, 1, __ATOMIC_RELAXED) % kMaxHeld] = block;
    return block;
}

TM_UNUSED TM_NOINLINE static void* live(void* block, const char* function, size_t size, int line) {
    int error = errno;
    if (hold(block) != NULL)
        say("truth %s %zu 1 %d", function, size, line);
    else
        say("result %s null %d", function, error);
    errno = error;
    return block;
}

/// The optimiser must not know a size: it would complain about, or fold, calls that have to fail.
TM_UNUSED TM_NOINLINE static size_t opaque(size_t value) {
    volatile size_t copy = value;
    return copy;
}

/// Makes a call that gives a block; on one line, so that the line is the call's.
#define LIVE(function, size, call) live((errno = 0, call), #function, (size), __LINE__)
/// The same for a block that will be gone at the end.
#define TEMPORARY(call) hold(call)
