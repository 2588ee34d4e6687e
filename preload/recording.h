// SPDX-License-Identifier: MIT
//
// Recording that stops and starts while the program runs. Every change is made with all threads
// standing still outside hooks, so each block is either wholly before it or wholly after it. While
// recording is stopped the tables are empty and hooks only pass calls on.
//
// Results are 0 or an error number. `frame` is the frame of the function that the program called.
#pragma once

#include <cstdint>

#include "preload/platform/thread_state.h"

namespace tracemalloc::preload::recording {

int start(const void* frame, std::uint32_t nframe) noexcept;
int stop(const void* frame) noexcept;
int clear(const void* frame) noexcept;
int reset_peak(const void* frame) noexcept;
/// The calling thread takes it over at once, others with their next sample.
int set_sampling(std::uint64_t mean_bytes) noexcept;

[[nodiscard]] bool is_on() noexcept;

/// Code was unloaded while recording was stopped.
void miss_unload() noexcept;

}  // namespace tracemalloc::preload::recording
