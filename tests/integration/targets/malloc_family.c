// SPDX-License-Identifier: MIT
// Every function of the malloc family: success, failure, NULL, size 0, bad alignment.
#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "truth.h"

extern void cfree(void*) __attribute__((weak));
extern void free_sized(void*, size_t) __attribute__((weak));
extern void free_aligned_sized(void*, size_t, size_t) __attribute__((weak));

static void plain_allocations(size_t huge) {
    LIVE(malloc, 10, malloc(opaque(10)));
    LIVE(malloc, 0, malloc(opaque(0)));
    LIVE(malloc, 0, malloc(huge));
    LIVE(malloc, 3000000, malloc(opaque(3000000)));
    LIVE(calloc, 15, calloc(opaque(3), 5));
    LIVE(calloc, 0, calloc(opaque(0), 5));
    LIVE(calloc, 0, calloc(opaque(5), 0));
    LIVE(calloc, 0, calloc(huge, 16));
    LIVE(calloc, 0, calloc(huge, 1));
    LIVE(calloc, 2000000, calloc(opaque(2000), 1000));
}

static void reallocations(size_t huge) {
    char* block = TEMPORARY(malloc(opaque(16)));
    memcpy(block, "fifteen letters", 16);
    block = LIVE(realloc_grow, 400000, realloc(block, opaque(400000)));
    say("result content %s", block);
    block = TEMPORARY(malloc(opaque(4000)));
    LIVE(realloc_shrink, 40, realloc(block, opaque(40)));
    block = TEMPORARY(malloc(opaque(100)));
    LIVE(realloc_same, 100, realloc(block, opaque(100)));
    block = LIVE(malloc, 24, malloc(opaque(24)));
    LIVE(realloc_fail, 0, realloc(block, huge));
    LIVE(realloc_null, 20, realloc(NULL, opaque(20)));
    LIVE(realloc_null_zero, 0, realloc(NULL, opaque(0)));
    block = TEMPORARY(malloc(opaque(30)));
    LIVE(realloc_zero, 0, realloc(block, opaque(0)));
    LIVE(reallocarray_null, 32, reallocarray(NULL, opaque(4), 8));
    block = TEMPORARY(reallocarray(NULL, opaque(4), 8));
    LIVE(reallocarray_grow, 480, reallocarray(block, opaque(60), 8));
    block = LIVE(reallocarray, 56, reallocarray(NULL, opaque(7), 8));
    LIVE(reallocarray_overflow, 0, reallocarray(block, huge, 8));
    LIVE(reallocarray_fail, 0, reallocarray(block, huge, 1));
    block = TEMPORARY(malloc(opaque(8)));
    for (size_t size = 16; size < 200000; size *= 2)
        block = realloc(block, opaque(size));
    LIVE(realloc_chain, 50, realloc(block, opaque(50)));
}

static void posix_aligned(size_t alignment, size_t size) {
    void* block = NULL;
    errno = 0;
    const int line = __LINE__ + 1;
    int error = posix_memalign(&block, alignment, size);
    say("result posix_memalign %d %d aligned %d", error, errno,
        block == NULL || (uintptr_t)block % alignment == 0);
    if (block != NULL)
        live(block, "posix_memalign", size, line);
}

static void aligned_allocations(size_t huge) {
    posix_aligned(opaque(64), 100);
    posix_aligned(opaque(64), 0);
    posix_aligned(opaque(4096), 5000);
    posix_aligned(opaque(3), 100);
    posix_aligned(opaque(4), 100);
    posix_aligned(opaque(0), 100);
    posix_aligned(opaque(64), huge);
    LIVE(aligned_alloc, 128, aligned_alloc(opaque(64), opaque(128)));
    LIVE(aligned_alloc_zero, 0, aligned_alloc(opaque(64), opaque(0)));
    LIVE(aligned_alloc_bad, 30, aligned_alloc(opaque(3), opaque(30)));
    LIVE(aligned_alloc_fail, 0, aligned_alloc(opaque(64), huge));
    LIVE(memalign, 50, memalign(opaque(32), opaque(50)));
    LIVE(memalign_zero, 0, memalign(opaque(32), opaque(0)));
    LIVE(memalign_bad, 50, memalign(opaque(48), opaque(50)));
    LIVE(memalign_fail, 0, memalign(opaque(32), huge));
    LIVE(memalign_big, 70, memalign(opaque(1 << 21), opaque(70)));
    LIVE(valloc, 100, valloc(opaque(100)));
    LIVE(valloc_zero, 0, valloc(opaque(0)));
    LIVE(valloc_fail, 0, valloc(huge));
    LIVE(pvalloc, 100, pvalloc(opaque(100)));
    LIVE(pvalloc_fail, 0, pvalloc(huge));
    void* block = TEMPORARY(memalign(opaque(256), opaque(60)));
    LIVE(realloc_aligned, 6000, realloc(block, opaque(6000)));
}

static void releases(void) {
    errno = 77;
    free(NULL);
    free(TEMPORARY(malloc(opaque(11))));
    free(TEMPORARY(calloc(opaque(2), 7000000)));
    free(TEMPORARY(memalign(opaque(128), 12)));
    say("result free errno %d", errno);
    void* block = TEMPORARY(malloc(opaque(12)));
    cfree != NULL ? cfree(block) : free(block);
    block = TEMPORARY(malloc(opaque(13)));
    free_sized != NULL ? free_sized(block, 13) : free(block);
    block = TEMPORARY(aligned_alloc(opaque(64), 64));
    free_aligned_sized != NULL ? free_aligned_sized(block, 64, 64) : free(block);
}

static void errno_kept(void) {
    errno = 55;
    void* block = TEMPORARY(malloc(opaque(2000)));
    say("result malloc errno %d enough %d", errno, malloc_usable_size(block) >= 2000);
    block = TEMPORARY(realloc(block, opaque(3000)));
    say("result realloc errno %d enough %d", errno, malloc_usable_size(block) >= 3000);
    free(block);
    free(TEMPORARY(calloc(opaque(1), 10)));
    free(TEMPORARY(aligned_alloc(opaque(32), 10)));
    say("result errno %d", errno);
}

int main(void) {
    const size_t huge = opaque(SIZE_MAX / 2);
    plain_allocations(huge);
    reallocations(huge);
    aligned_allocations(huge);
    releases();
    errno_kept();
    return 0;
}
