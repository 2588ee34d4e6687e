// SPDX-License-Identifier: MIT
//
// Which processes are recorded, of all those that the library was preloaded into. Asked once, when
// a process starts; nothing of the environment is changed for it.
#pragma once

#include "preload/platform/options.h"

namespace tracemalloc::preload::process_choice {

/// By TRACEMALLOC_ONLY and TRACEMALLOC_FOLLOW. A name or a parent that cannot be found out counts
/// for being recorded.
bool is_chosen(const Options& options) noexcept;

/// The program was executed by a process that this library is loaded in, recorded or not. One whose
/// parent has ended meanwhile has another one.
bool is_started_by_ours() noexcept;

}  // namespace tracemalloc::preload::process_choice
