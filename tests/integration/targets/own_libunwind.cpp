// SPDX-License-Identifier: MIT
// A program that links libunwind itself: it walks its own stack with it, steps a cursor, and its
// exceptions are unwound by it.
#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include <cstdlib>
#include <stdexcept>

#include "truth.h"

namespace {

int steps;
int frames;

TM_NOINLINE void descend(int depth) {
    if (depth > 0) {
        descend(depth - 1);
        hold(&depth);
        return;
    }
    hold(std::malloc(opaque(4601)));
    void* addresses[100];
    frames = unw_backtrace(addresses, 100);
    unw_context_t context;
    unw_cursor_t cursor;
    unw_getcontext(&context);
    unw_init_local(&cursor, &context);
    while (unw_step(&cursor) > 0)
        ++steps;
    throw std::runtime_error("at the bottom");
}

}  // namespace

int main() {
    for (int round = 0; round < 200; ++round) {
        try {
            descend(round % 20);
        } catch (const std::runtime_error&) {
            if (round % 50 == 0)
                say("result steps %d frames %d", steps, frames);
        }
    }
    LIVE(after, 4602, std::malloc(opaque(4602)));
    return 0;
}
