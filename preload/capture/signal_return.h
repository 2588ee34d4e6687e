// SPDX-License-Identifier: MIT
#pragma once

namespace tracemalloc::preload {

/// mov $15, %rax; syscall: how every libc's return from a signal handler begins, and how unwinders
/// know the frame. What follows it on the stack is the interrupted instruction, no return address.
inline constexpr unsigned char kSignalReturn[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};

}  // namespace tracemalloc::preload
