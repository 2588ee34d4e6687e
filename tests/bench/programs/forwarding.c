// SPDX-License-Identifier: MIT
//
// The least that a preloaded library can cost: it stands in front of the allocator and does nothing
// but pass calls on. What a recording library adds can only be more.
#include <stddef.h>

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void __libc_free(void* block);

void* malloc(size_t size) {
    return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
    return __libc_calloc(count, size);
}

void* realloc(void* block, size_t size) {
    return __libc_realloc(block, size);
}

void free(void* block) {
    __libc_free(block);
}
