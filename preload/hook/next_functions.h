// SPDX-License-Identifier: MIT
//
// The functions that our hooks stand in front of: what the program would have called without us.
// The C allocator's start as small functions that look everything up and go on, so a hook never
// tests whether it is ready.
#pragma once

#include <malloc.h>

#include <csignal>
#include <cstddef>

#include "preload/snapshot/dump_writer.h"

namespace tracemalloc::preload {

struct NextFunctions {
    void* (*malloc)(std::size_t);
    void* (*calloc)(std::size_t, std::size_t);
    void* (*realloc)(void*, std::size_t);
    void (*free)(void*);
    int (*posix_memalign)(void**, std::size_t, std::size_t);
    void* (*aligned_alloc)(std::size_t, std::size_t);
    void* (*memalign)(std::size_t, std::size_t);
    void* (*valloc)(std::size_t);
    void* (*pvalloc)(std::size_t);
    // Absent from most allocators; null then, and free takes their place.
    void (*free_sized)(void*, std::size_t);
    void (*free_aligned_sized)(void*, std::size_t, std::size_t);
    struct mallinfo2 (*mallinfo2)();  ///< only where the allocator is glibc's

    // These begin as the kernel's: an allocator or the loader may map memory before all else.
    void* (*mmap)(void*, std::size_t, int, int, int, off_t);
    int (*munmap)(void*, std::size_t);
    int (*mprotect)(void*, std::size_t, int);
    void* (*mremap)(void*, std::size_t, std::size_t, int, ...);

    int (*dlclose)(void*);
    void (*exit_now)(int);  ///< _exit
    int (*sigaction)(int, const struct sigaction*, struct sigaction*);
    sighandler_t (*signal)(int, sighandler_t);
    sighandler_t (*sysv_signal)(int, sighandler_t);
    sighandler_t (*sigset)(int, sighandler_t);
    int (*sigaltstack)(const stack_t*, stack_t*);
};

extern NextFunctions g_next;

/// Looks up all that every libc has. Idempotent.
void find_next_functions() noexcept;
/// The rest. Not where another malloc comes before ours: a failing lookup allocates and frees.
void find_rare_functions() noexcept;

/// What was not found is no error of the program's: the next lookup that succeeds clears it. Not
/// dlerror(), which translates the message first and so takes the lock of the locales, which libc
/// may hold in this very thread while it allocates.
void forget_failed_lookups() noexcept;

/// True when the C allocator is glibc's, whose blocks are never closer than 32 bytes.
bool next_allocator_is_glibc() noexcept;

/// mallinfo2(); not known for another allocator. Asks nothing of the loader: at the end of a
/// process another thread may hold its lock for ever.
AllocatorStatistics next_allocator_statistics() noexcept;

/// True when `malloc` of this library is what the program calls.
bool program_calls_our_malloc() noexcept;

}  // namespace tracemalloc::preload
