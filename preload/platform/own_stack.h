// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace tracemalloc::preload {

/// The stack pointer, below which the caller's registers are not: those that a call keeps are on
/// the stack above it.
[[gnu::always_inline]] inline std::uintptr_t spilled_stack_pointer() noexcept {
    __builtin_unwind_init();
    std::uintptr_t here = 0;
    asm volatile("movq %%rsp, %0" : "=r"(here));
    return here;
}

/// Calls function(argument) with the stack pointer at `top`, which is 16-aligned. Nothing may
/// unwind through it.
inline void call_on_stack(void (*function)(void*) noexcept, void* argument, void* top) noexcept {
    asm volatile(
        "movq %%rsp, %%rbx\n\t"
        "movq %[top], %%rsp\n\t"
        "call *%[function]\n\t"
        "movq %%rbx, %%rsp"
        : "+D"(argument), [function] "+r"(function), [top] "+r"(top)
        :
        : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
          "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
          "xmm13", "xmm14", "xmm15", "cc", "memory");
}

}  // namespace tracemalloc::preload
