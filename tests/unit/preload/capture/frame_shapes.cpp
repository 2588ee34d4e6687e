// SPDX-License-Identifier: MIT
//
// One function for each shape of frame. Compiled several times, with different options and
// different values of TM_SHAPES, the name of the function that lists them.
#include <alloca.h>

#include <cstdlib>

#include "tests/unit/preload/capture/journey.h"

namespace tracemalloc::test {

namespace {

void keep(const volatile void* memory) {
    asm volatile("" : : "r"(memory) : "memory");
}

__attribute__((noinline)) void plain(Journey& journey, unsigned depth) {
    journey.go_on(depth);
    asm volatile("");  // not a tail call
}

__attribute__((noinline)) void tail_call(Journey& journey, unsigned depth) {
    journey.go_on(depth);
}

__attribute__((noinline)) void with_alloca(Journey& journey, unsigned depth) {
    const std::size_t bytes = 1 + journey.random(700);
    auto* const memory = static_cast<volatile char*>(alloca(bytes));
    memory[0] = 1;
    keep(memory);
    journey.go_on(depth);
    keep(memory);
}

__attribute__((noinline)) void realigned(Journey& journey, unsigned depth) {
    alignas(64) volatile char memory[64] = {};
    keep(memory);
    journey.go_on(depth);
    keep(memory);
}

__attribute__((noinline)) void realigned_with_alloca(Journey& journey, unsigned depth) {
    alignas(128) volatile char aligned[128] = {};
    auto* const memory = static_cast<volatile char*>(alloca(1 + journey.random(300)));
    keep(memory);
    keep(aligned);
    journey.go_on(depth);
    keep(memory);
    keep(aligned);
}

__attribute__((noinline)) void large(Journey& journey, unsigned depth) {
    volatile char memory[20'000];
    memory[0] = 1;
    keep(memory);
    journey.go_on(depth);
    keep(memory);
}

/// More values live across the call than there are callee-saved registers: rbp holds data.
__attribute__((noinline)) void crowded(Journey& journey, unsigned depth) {
    std::uintptr_t values[9];
    for (std::uintptr_t& value : values) {
        value = journey.random(1000);
        asm volatile("" : "+r"(value));
    }
    journey.go_on(depth);
    for (std::uintptr_t& value : values) {
        asm volatile("" : : "r"(value));
    }
    journey.go_on(depth / 2);
    for (std::uintptr_t& value : values) {
        asm volatile("" : : "r"(value));
    }
}

/// Arguments on the stack: the stack pointer at the call is not where it is in the body.
__attribute__((noinline)) void many_arguments(Journey& journey, unsigned depth, long third,
                                              long fourth, long fifth, long sixth, long seventh,
                                              long eighth) {
    asm volatile("" : : "r"(third + fourth + fifth + sixth + seventh + eighth));
    journey.go_on(depth);
    asm volatile("" : : "r"(seventh + eighth));
}

__attribute__((noinline)) void pushes_arguments(Journey& journey, unsigned depth) {
    many_arguments(journey, depth, 3, 4, 5, 6, 7, 8);
    many_arguments(journey, depth / 2, 8, 7, 6, 5, 4, 3);
}

struct Landing {
    int value;
};

__attribute__((noinline)) void throws(Journey& journey, unsigned depth) {
    try {
        journey.go_on(depth / 2);
        if (journey.random(2) == 0) {
            throw Landing{1};
        }
        asm volatile("");
    } catch (const Landing&) {
        journey.go_on(depth);  // from within the handler
    }
}

/// Through the C library and back.
__attribute__((noinline)) void called_back(Journey& journey, unsigned depth) {
    struct Key {
        Journey& journey;
        unsigned depth;
    } key{journey, depth};
    const char array[1] = {};
    static_cast<void>(std::bsearch(&key, array, 1, 1, [](const void* pointer, const void*) {
        const auto& found = *static_cast<const Key*>(pointer);
        found.journey.go_on(found.depth);
        return 0;
    }));
}

}  // namespace

std::vector<Shape> TM_SHAPES() {
    return {plain,   tail_call, with_alloca,      realigned, realigned_with_alloca,
            crowded, large,     pushes_arguments, throws,    called_back};
}

}  // namespace tracemalloc::test
