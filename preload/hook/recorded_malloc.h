// SPDX-License-Identifier: MIT
//
// The C allocator's functions with recording, for the entry points of malloc_symbols.cpp to jump
// to.
#pragma once

#include <cstddef>

namespace tracemalloc::preload::recorded {

void* malloc(std::size_t size);
void* calloc(std::size_t count, std::size_t size);
void* realloc(void* block, std::size_t size);
void* reallocarray(void* block, std::size_t count, std::size_t size);
void free(void* block);
void free_sized(void* block, std::size_t size);
void free_aligned_sized(void* block, std::size_t alignment, std::size_t size);
int posix_memalign(void** out, std::size_t alignment, std::size_t size);
void* aligned_alloc(std::size_t alignment, std::size_t size);
void* memalign(std::size_t alignment, std::size_t size);
void* valloc(std::size_t size);
void* pvalloc(std::size_t size);

}  // namespace tracemalloc::preload::recorded
