// SPDX-License-Identifier: MIT
//
// The C++ allocation functions that a call would have reached without us.
//
// Most programs have one family, found behind us in the global scope. A C program that loads a C++
// plugin has none there: the plugin's own dependencies are not global, and each plugin may bring
// its own. Its family is then found in the scope of the object that calls, once for each object.
//
// libstdc++'s family calls malloc, which our hook records: the call is only passed on. An allocator
// that brings malloc and new together (jemalloc, tcmalloc) has its own way down, so its family is
// recorded here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

namespace tracemalloc::preload {

struct NewFamily {
    void* (*plain)(std::size_t) = nullptr;
    void* (*array)(std::size_t) = nullptr;
    void* (*plain_nothrow)(std::size_t, const std::nothrow_t&) = nullptr;
    void* (*array_nothrow)(std::size_t, const std::nothrow_t&) = nullptr;
    void* (*plain_aligned)(std::size_t, std::align_val_t) = nullptr;
    void* (*array_aligned)(std::size_t, std::align_val_t) = nullptr;
    void* (*plain_aligned_nothrow)(std::size_t, std::align_val_t, const std::nothrow_t&) = nullptr;
    void* (*array_aligned_nothrow)(std::size_t, std::align_val_t, const std::nothrow_t&) = nullptr;

    void (*free_plain)(void*) = nullptr;
    void (*free_array)(void*) = nullptr;
    void (*free_plain_sized)(void*, std::size_t) = nullptr;
    void (*free_array_sized)(void*, std::size_t) = nullptr;
    void (*free_plain_nothrow)(void*, const std::nothrow_t&) = nullptr;
    void (*free_array_nothrow)(void*, const std::nothrow_t&) = nullptr;
    void (*free_plain_aligned)(void*, std::align_val_t) = nullptr;
    void (*free_array_aligned)(void*, std::align_val_t) = nullptr;
    void (*free_plain_sized_aligned)(void*, std::size_t, std::align_val_t) = nullptr;
    void (*free_array_sized_aligned)(void*, std::size_t, std::align_val_t) = nullptr;
    void (*free_plain_aligned_nothrow)(void*, std::align_val_t, const std::nothrow_t&) = nullptr;
    void (*free_array_aligned_nothrow)(void*, std::align_val_t, const std::nothrow_t&) = nullptr;

    bool calls_malloc = true;  ///< which records; else we do
    bool passes_on = true;     ///< it does, and need not know who called it
};

/// The program's one family, if it has one; all null otherwise.
extern NewFamily g_new_family;

/// Fills g_new_family. After find_next_functions(). `counts_calls`: see t_calling_function.
void find_new_family(bool counts_calls) noexcept;

/// The family for a caller in a program without a global one. Null members where even the caller's
/// scope has none: malloc and free stand in for them.
const NewFamily& new_family_of_caller(std::uintptr_t return_address) noexcept;

/// In a fork child: the thread that looked one up may not exist.
void adopt_callers_in_child() noexcept;

/// Objects may be gone: look callers up anew.
void forget_callers() noexcept;

}  // namespace tracemalloc::preload
