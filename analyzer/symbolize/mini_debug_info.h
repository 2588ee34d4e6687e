// SPDX-License-Identifier: MIT
//
// .gnu_debugdata: an xz-compressed ELF with the symbols of local functions that some
// distributions leave in otherwise stripped binaries.
#pragma once

#include <optional>

#include "analyzer/symbolize/elf_file.h"

namespace tracemalloc::analyze {

/// Nothing when there is no such section, or it is damaged or unreasonably big.
std::optional<ElfFile> unpack_mini_debug_info(const ElfFile& file);

}  // namespace tracemalloc::analyze
