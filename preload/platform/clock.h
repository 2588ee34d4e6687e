// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>

#include <cstdint>

#include "preload/platform/system_call.h"

namespace tracemalloc::preload {

inline std::int64_t clock_ns(clockid_t clock) noexcept {
    timespec now{};
    system_call(SYS_clock_gettime, clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace tracemalloc::preload
