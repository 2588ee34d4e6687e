// SPDX-License-Identifier: MIT
//
// TRACEMALLOC_OUTPUT with its letters replaced.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/dump_format.h"
#include "preload/snapshot/raw_file.h"

namespace tracemalloc::preload {

/// The pattern was checked when it was parsed.
void expand_output_name(std::string_view pattern, std::uint32_t number, dump::SnapshotReason reason,
                        RawFile::Path& name) noexcept;

}  // namespace tracemalloc::preload
