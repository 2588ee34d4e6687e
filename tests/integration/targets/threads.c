// SPDX-License-Identifier: MIT
// Four threads allocate, free each other's blocks and realloc, for as many seconds as the first
// argument says. Then all stand still, the truth is printed, and the program waits for a line.
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "truth.h"

enum { kThreads = 4, kSlots = 4096 };

typedef struct {
    size_t size;
    int line;
    int check;
} Header;

static _Atomic(Header*) slots[kSlots];
static atomic_bool stop;
static pthread_barrier_t still;
static atomic_ulong operations;

static Header* mark(Header* block, size_t size, int line) {
    if (block == NULL)
        abort();
    *block = (Header){size, line, (int)(size ^ 0x5a5a)};
    return block;
}

static Header* allocate(unsigned random) {
    const size_t size = sizeof(Header) + (random >> 8) % (random % 64 == 0 ? 300000 : 700);
    Header* block;
    switch (random % 4) {
        case 0:
            block = malloc(size);
            return mark(block, size, __LINE__ - 1);
        case 1:
            block = calloc(1, size);
            return mark(block, size, __LINE__ - 1);
        case 2:
            block = aligned_alloc(64, size);
            return mark(block, size, __LINE__ - 1);
        default:
            block = malloc(8);
            block = realloc(block, size);
            return mark(block, size, __LINE__ - 1);
    }
}

static Header* resize(Header* block, unsigned random) {
    if (block->check != (int)(block->size ^ 0x5a5a))
        abort();
    const size_t size = sizeof(Header) + (random >> 9) % 2000;
    block = realloc(block, size);
    return mark(block, size, __LINE__ - 1);
}

static void release(Header* block) {
    if (block == NULL)
        return;
    if (block->check != (int)(block->size ^ 0x5a5a))
        abort();
    block->check = 0;
    free(block);
}

static void* work(void* seed_argument) {
    unsigned random = *(unsigned*)seed_argument;
    unsigned long done = 0;
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        random = random * 1664525U + 1013904223U;
        const unsigned slot = (random >> 7) % kSlots;
        Header* block = atomic_exchange(&slots[slot], NULL);
        if (block != NULL && random % 3 == 0) {
            release(block);
            block = NULL;
        } else if (block != NULL) {
            block = resize(block, random);
        } else {
            block = allocate(random);
        }
        release(atomic_exchange(&slots[slot], block));
        ++done;
    }
    atomic_fetch_add(&operations, done);
    pthread_barrier_wait(&still);
    pthread_barrier_wait(&still);
    return NULL;
}

int main(int argc, char** argv) {
    const int seconds = argc > 1 ? atoi(argv[1]) : 1;
    pthread_t threads[kThreads];
    unsigned seeds[kThreads];
    pthread_barrier_init(&still, NULL, kThreads + 1);
    for (unsigned index = 0; index < kThreads; ++index) {
        seeds[index] = index * 7919 + 1;
        pthread_create(&threads[index], NULL, work, &seeds[index]);
    }
    say("ready");
    const struct timespec pause = {.tv_sec = seconds};
    struct timespec left = pause;
    while (nanosleep(&left, &left) != 0) {
    }
    atomic_store(&stop, true);
    pthread_barrier_wait(&still);
    for (int slot = 0; slot < kSlots; ++slot) {
        const Header* block = atomic_load(&slots[slot]);
        if (block != NULL)
            say("truth block %zu 1 %d", block->size, block->line);
    }
    say("still %lu", atomic_load(&operations));
    char byte;
    ssize_t got = read(0, &byte, 1);
    pthread_barrier_wait(&still);
    for (int index = 0; index < kThreads; ++index)
        pthread_join(threads[index], NULL);
    for (int slot = 0; slot < kSlots; ++slot)
        release(atomic_load(&slots[slot]));
    return got < 0;
}
