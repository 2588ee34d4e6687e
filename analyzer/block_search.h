// SPDX-License-Identifier: MIT
//
// Which block does an address lie in? Only the stack of that block is symbolized.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/model/found_block.h"
#include "analyzer/pipeline.h"

namespace tracemalloc::analyze {

/// Throws OperationError, which says what is near, when the address is in no block, or when the
/// dump does not hold the addresses of its blocks.
FoundBlock find_block(const std::string& path, std::uint64_t address, FrameTable& table,
                      const PipelineOptions& options);

}  // namespace tracemalloc::analyze
