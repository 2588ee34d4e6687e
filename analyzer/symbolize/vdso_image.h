// SPDX-License-Identifier: MIT
//
// The vDSO has no file. A dump taken under the running kernel can still be read with our own copy,
// which the build-id proves to be the same.
#pragma once

#include <optional>

#include "analyzer/symbolize/elf_file.h"

namespace tracemalloc::analyze {

/// A copy of this process's vDSO.
std::optional<ElfFile> own_vdso_image();

}  // namespace tracemalloc::analyze
