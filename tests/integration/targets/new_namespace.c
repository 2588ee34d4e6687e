// SPDX-License-Identifier: MIT
// What the kernel refuses to a process with more than one thread.
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>

#include "truth.h"

int main(void) {
    LIVE(before, 5401, malloc(opaque(5401)));
    const int result = unshare(CLONE_NEWUSER);
    say("result unshare %d %d", result, result == 0 ? 0 : errno);
    LIVE(after, 5402, malloc(opaque(5402)));
    return 0;
}
