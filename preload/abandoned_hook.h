// SPDX-License-Identifier: MIT
//
// A hook that a signal handler left by longjmp. Its thread is outside, and its state says inside.
#pragma once

#include <csignal>
#include <cstdint>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

/// The hook's frame is that of the caller or below it on the same stack, so it cannot be running.
inline bool is_abandoned(std::uintptr_t hook_frame, const void* frame) noexcept {
    constexpr std::uintptr_t kNearBytes = std::uintptr_t{1} << 20;
    const auto here = reinterpret_cast<std::uintptr_t>(frame);
    if (here < hook_frame || here - hook_frame > kNearBytes) {
        return false;
    }
    stack_t alternate{};
    return !failed(system_call(SYS_sigaltstack, nullptr, &alternate)) &&
           (alternate.ss_flags & SS_ONSTACK) == 0;
}

}  // namespace tracemalloc::preload
