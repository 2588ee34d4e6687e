// SPDX-License-Identifier: MIT
// A stack of the program's own that ends in a return address of zero, with frames that realign it:
// the most words that a frame and the end of a stack take to verify. All depths, each several
// times.
#define _GNU_SOURCE
#include <alloca.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((noinline, noclone))

static jmp_buf g_outside;
static char g_stack[1 << 20] __attribute__((aligned(64)));
static int g_realigned;
static int g_plain;

static void keep(const volatile void* memory) {
    __asm__ volatile("" : : "r"(memory) : "memory");
}

NOINLINE static void allocate(void) {
    for (int number = 0; number < 6; ++number) {
        void* volatile block = malloc(24);
        free(block);
    }
}

NOINLINE static void plain(int depth) {
    depth > 0 ? plain(depth - 1) : allocate();
    keep(NULL);
}

NOINLINE static void realigned(int depth) {
    _Alignas(64) volatile char memory[64];
    volatile char* more = alloca(depth * 16 + 16);
    memory[0] = more[0] = 1;
    depth > 0 ? realigned(depth - 1) : plain(g_plain);
    keep(memory);
    keep(more);
}

NOINLINE static void enter(void) {
    _Alignas(64) volatile char memory[64];
    volatile char* more = alloca(g_realigned * 16 + 16);
    memory[0] = more[0] = 1;
    realigned(g_realigned - 1);
    keep(memory);
    keep(more);
    _longjmp(g_outside, 1);
}

NOINLINE static void run(void) {
    if (_setjmp(g_outside) == 0) {
        const uintptr_t top = (uintptr_t)g_stack + sizeof g_stack - 72;
        *(uintptr_t*)top = 0;
        __asm__ volatile("movq %0, %%rsp\n\tjmp *%1" : : "r"(top), "r"(enter) : "memory");
        __builtin_unreachable();
    }
}

int main(void) {
    for (int round = 0; round < 5; ++round) {
        for (g_realigned = 1; g_realigned < 16; ++g_realigned) {
            for (g_plain = 0; g_plain < 14; ++g_plain) {
                run();
            }
        }
    }
    puts("done");
    return 0;
}
