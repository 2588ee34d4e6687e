// SPDX-License-Identifier: MIT
//
// System calls without libc: errno is the program's and stays untouched, no wrapper another library
// interposes is ever entered, and every call is safe in a signal handler.
#pragma once

#include <sys/syscall.h>

#include <cerrno>
#include <type_traits>

namespace tracemalloc::preload {

/// An argument as the kernel takes it.
template <typename Argument>
inline long argument_word(Argument argument) noexcept {
    if constexpr (std::is_null_pointer_v<Argument>) {
        return 0;
    } else if constexpr (std::is_pointer_v<Argument>) {
        return reinterpret_cast<long>(argument);
    } else {
        return static_cast<long>(argument);
    }
}

/// The kernel's answer: -errno for a failure.
template <typename... Arguments>
inline long system_call(long number, Arguments... arguments) noexcept {
    static_assert(sizeof...(arguments) <= 6);
    const long values[6] = {argument_word(arguments)...};
    register long r10 asm("r10") = values[3];
    register long r8 asm("r8") = values[4];
    register long r9 asm("r9") = values[5];
    long result = number;
    asm volatile("syscall"
                 : "+a"(result)
                 : "D"(values[0]), "S"(values[1]), "d"(values[2]), "r"(r10), "r"(r8), "r"(r9)
                 : "rcx", "r11", "memory");
    return result;
}

inline bool failed(long result) noexcept {
    return result < 0 && result > -4096;
}

/// Repeats a call that a signal interrupted.
template <typename... Arguments>
inline long restarting_system_call(long number, Arguments... arguments) noexcept {
    long result = 0;
    do {
        result = system_call(number, arguments...);
    } while (result == -EINTR);
    return result;
}

}  // namespace tracemalloc::preload
